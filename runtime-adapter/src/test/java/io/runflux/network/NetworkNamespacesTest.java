// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.testing.RequiresProgram;
import io.runflux.testing.RequiresRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

@RequiresRoot
@RequiresProgram({"unshare", "umount", "nsenter", "ip"})
class NetworkNamespacesTest extends NetworkFixture {
    private Path place = Path.of("/");
    private NetworkNamespaces namespaces = NetworkNamespaces.of(launcher);

    @BeforeEach
    void open() {
        place = directory.resolve("netns");
        namespaces = NetworkNamespaces.in(launcher, place);
    }

    @AfterEach
    void removeAll() {
        Flux.fromIterable(namesIn(place)).concatMap(namespaces::remove).blockLast(TIMEOUT);
    }

    @Test
    void create_newName_makesANamespaceWithItsLoopbackOn() {
        NetworkNamespace made = get(namespaces.create("one"));

        assertThat(made).isEqualTo(new NetworkNamespace("one", place.resolve("one")));
        assertThat(inNamespace(made, "readlink", "/proc/self/ns/net"))
                .isNotEqualTo(output("readlink", "/proc/self/ns/net"));
        assertThat(inNamespace(made, "ip", "-brief", "address", "show", "dev", "lo"))
                .contains("127.0.0.1/8");
        assertThat(namespaces.list().collectList().block(TIMEOUT)).containsExactly(made);
    }

    @Test
    void create_nameInUse_failsAndLeavesTheNamespaceAlone() {
        NetworkNamespace made = get(namespaces.create("one"));
        String before = inNamespace(made, "readlink", "/proc/self/ns/net");

        assertThatThrownBy(() -> namespaces.create("one").block(TIMEOUT))
                .isInstanceOf(NamespaceAlreadyExistsException.class)
                .hasMessage("network namespace " + made.path() + " exists already");
        assertThat(inNamespace(made, "readlink", "/proc/self/ns/net")).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "a/b", "-a", "a b", ".a"})
    void create_noName_isRefusedAtOnce(String name) {
        assertThatThrownBy(() -> namespaces.create(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("network namespace must be at most 76 letters and digits");
    }

    @Test
    void create_directoryOfOthers_isRefused() throws IOException {
        Files.createDirectory(place);
        Files.setAttribute(place, "unix:mode", 0777);

        assertThatThrownBy(() -> namespaces.create("one").block(TIMEOUT))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("must be writable by its owner alone");
    }

    @Test
    void create_cancelled_leavesNothingAndRemoveWaitsForThat() {
        for (int i = 0; i < 10; i++) {
            Disposable creation = namespaces.create("one").subscribe();
            creation.dispose();
            run(namespaces.remove("one"));
            assertThat(namesIn(place)).isEmpty();
        }
    }

    @Test
    void remove_anything_mayBeRepeated() throws IOException {
        get(namespaces.create("one"));

        run(namespaces.remove("one"));
        run(namespaces.remove("one"));
        Files.createFile(place.resolve("two"));
        run(namespaces.remove("two"));

        assertThat(namesIn(place)).isEmpty();
    }

    @Test
    void remove_namespaceThatIsHeldOpen_removesItsName() throws IOException {
        NetworkNamespace made = get(namespaces.create("one"));

        try (var open = Files.newByteChannel(made.path())) {
            run(namespaces.remove("one"));
            assertThat(open.isOpen()).isTrue();
        }
        assertThat(namesIn(place)).isEmpty();
    }

    @Test
    void list_noDirectoryOrOtherFiles_isEmpty() throws IOException {
        assertThat(namespaces.list().collectList().block(TIMEOUT)).isEmpty();

        Files.createDirectory(place);
        Files.createFile(place.resolve("file"));
        assertThat(namespaces.list().collectList().block(TIMEOUT)).isEmpty();
    }

    @Test
    void endpoints_interfacesOfANamespace_areListedWithoutTheLoopback() {
        NetworkNamespace made = get(namespaces.create("one"));
        assertThat(get(namespaces.endpoints(made.path()))).isEmpty();
        inNamespace(
                made,
                "ip",
                "link",
                "add",
                "name",
                "x0",
                "address",
                "02:00:00:00:00:01",
                "mtu",
                "1400",
                "type",
                "veth",
                "peer",
                "name",
                "x1");
        inNamespace(made, "ip", "address", "add", "10.9.8.7/24", "dev", "x0");
        inNamespace(made, "ip", "address", "add", "fd00::7/64", "dev", "x0", "nodad");
        inNamespace(made, "ip", "link", "set", "dev", "x0", "up");

        List<NamespaceEndpoint> endpoints = get(namespaces.endpoints(made.path()));

        assertThat(endpoints).extracting(NamespaceEndpoint::name).containsExactlyInAnyOrder("x0", "x1");
        NamespaceEndpoint endpoint = endpoints.stream()
                .filter(one -> one.name().equals("x0"))
                .findFirst()
                .orElseThrow();
        assertThat(endpoint.mac()).isEqualTo("02:00:00:00:00:01");
        assertThat(endpoint.addresses()).contains("10.9.8.7/24", "fd00::7/64");
        assertThat(endpoint.mtu()).isEqualTo(1400);
        assertThat(endpoint.isUp()).isTrue();
        assertThat(endpoint.network()).isNull();
    }

    @Test
    void endpoints_noNamespace_fails() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatThrownBy(() -> namespaces.endpoints(file).block(TIMEOUT))
                .isInstanceOf(NoSuchNamespaceException.class)
                .hasMessage("there is no network namespace at " + file);
        assertThatThrownBy(() -> namespaces.endpoints(directory.resolve("none")).block(TIMEOUT))
                .isInstanceOf(NoSuchNamespaceException.class);
    }
}
