// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CniNetworkDirectoryTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @TempDir
    Path directory = Path.of("/");

    private CniNetworkDirectory networks = CniNetworkDirectory.defaults();

    @BeforeEach
    void open() throws IOException {
        directory = directory.toRealPath();
        networks = CniNetworkDirectory.of(directory);
    }

    private Path write(String file, String json) throws IOException {
        Path written = Files.writeString(directory.resolve(file), json.replace('\'', '"'));
        return Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("rw-r--r--"));
    }

    private void list(String file, String name, String type) throws IOException {
        write(file, "{'cniVersion': '1.0.0', 'name': '" + name + "', 'plugins': [{'type': '" + type + "'}]}");
    }

    private void plugin(String file, String name, String type) throws IOException {
        write(file, "{'cniVersion': '1.0.0', 'name': '" + name + "', 'type': '" + type + "', 'mtu': 1400}");
    }

    private CniNetwork find(String name) {
        return Objects.requireNonNull(networks.find(name).block(TIMEOUT));
    }

    private NoSuchNetworkException errorOf(String name) {
        return Objects.requireNonNull(catchThrowableOfType(NoSuchNetworkException.class, () -> find(name)));
    }

    @Test
    void find_severalOfTheName_takesTheFirstList() throws IOException {
        plugin("00.conf", "net", "single");
        list("20.conflist", "net", "later");
        list("10.conflist", "net", "first");
        list("05.conflist", "other", "a");

        assertThat(find("net").pluginTypes()).containsExactly("first");
        assertThat(find("other").pluginTypes()).containsExactly("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.conf", "10.json"})
    void find_singlePlugin_isANetworkOfIt(String file) throws IOException {
        plugin(file, "net", "single");

        CniNetwork network = find("net");

        assertThat(network.version()).isEqualTo("1.0.0");
        assertThat(network.pluginTypes()).containsExactly("single");
        assertThat(network.configurationOf(0, Map.of(), null)).contains("\"mtu\":1400");
        assertThat(CniNetwork.parse(network.json())).isEqualTo(network);
    }

    @Test
    void find_noneOfTheName_saysWhatThereIsAndWhatCannotBeUsed() throws IOException {
        list("10.conflist", "net", "a");
        list("30.txt", "wanted", "a");
        Path broken = write("20.conflist", "{");
        Path open = write("25.conf", "{}");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-rw-rw-"));

        NoSuchNetworkException error = errorOf("wanted");

        assertThat(error)
                .hasMessageStartingWith("there is no network 'wanted' in " + directory + "; there is net; cannot use '"
                        + broken + "': CNI network is no JSON object")
                .hasMessageEndingWith(
                        "cannot use '" + open + "': '" + open + "' must be writable by its owner alone, has mode 0666");
        assertThat(NetworkFixture.furtherErrors(error)).hasSize(2);
    }

    @Test
    void find_unusableFileBefore_isPassedOver() throws IOException {
        write("05.conflist", "{'cniVersion': '0.2.0', 'name': 'net', 'plugins': [{'type': 'old'}]}");
        Files.createSymbolicLink(directory.resolve("06.conflist"), directory.resolve("none"));
        Files.createDirectory(directory.resolve("07.conflist"));
        write("08.conflist", " ".repeat(CniNetworkDirectory.MAX_FILE_BYTES + 1));
        list("10.conflist", "net", "a");

        assertThat(find("net").pluginTypes()).containsExactly("a");
        assertThat(NetworkFixture.furtherErrors(errorOf("none")))
                .extracting(message -> message.replaceAll(".*/", ""))
                .containsExactly(
                        "05.conflist': cniVersion of a CNI network must be one of 0.4.0, 1.0.0, 1.1.0, was '0.2.0'",
                        "none' does not exist",
                        "07.conflist' must be a regular file",
                        "08.conflist': must be at most 1048576 bytes");
    }

    @Test
    void find_noDirectory_isOneWithoutNetworks() {
        networks = CniNetworkDirectory.of(directory.resolve("none"));

        assertThat(errorOf("net")).hasMessage("there is no network 'net' in " + directory.resolve("none"));
    }

    @Test
    void find_directoryOfOthers_isRefused() throws IOException {
        list("10.conflist", "net", "a");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatThrownBy(() -> find("net"))
                .isInstanceOf(NetworkException.class)
                .isNotInstanceOf(NoSuchNetworkException.class)
                .hasMessageContaining("must be writable by its owner alone");
    }

    @Test
    void find_tooManyFiles_isRefused() throws IOException {
        for (int i = 0; i <= CniNetworkDirectory.MAX_FILES; i++) {
            Files.createFile(directory.resolve(i + ".conflist"));
        }

        assertThatThrownBy(() -> find("net"))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("must hold at most 1000 networks, has 1001");
    }

    @Test
    void find_noName_isRefusedAtOnce() {
        assertThatThrownBy(() -> networks.find("../net"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name of a CNI network must be");
        assertThatThrownBy(() -> CniNetworkDirectory.of(Path.of("net.d")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("directory of CNI networks must be absolute, was 'net.d'");
    }
}
