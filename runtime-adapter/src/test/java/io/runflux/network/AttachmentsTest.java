// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.network.CniException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is written down of attachments, and what is made of it by those who find it. */
class AttachmentsTest extends FakePluginsFixture {
    private Path namespace(String target) throws IOException {
        Path link = directory.resolve("namespace");
        Files.deleteIfExists(link);
        return Files.createSymbolicLink(link, Path.of("/proc/self/ns", target));
    }

    @Test
    void delete_otherNamespaceAtThePath_isNotTouched() throws IOException {
        CniAttachment attached = CniAttachment.of(CONTAINER, namespace("uts"));
        get(networks.add(network("good"), attached));
        namespace("ipc");

        run(networks.delete(network("good"), attached));

        assertThat(calls()).containsExactly("ADD good", "DEL good");
        assertThat(told("env-good")).doesNotContain("CNI_NETNS");
    }

    @Test
    void delete_namespaceOfTheHost_isNotTouched() throws IOException {
        run(networks.delete(network("good"), CniAttachment.of(CONTAINER, namespace("net"))));

        assertThat(calls()).containsExactly("DEL good");
        assertThat(told("env-good")).doesNotContain("CNI_NETNS");
    }

    @Test
    void add_namespaceOfTheHostOrNone_isRefusedBeforeAnyCall() throws IOException {
        CniAttachment ofTheHost = CniAttachment.of(CONTAINER, namespace("net"));
        CniAttachment none = CniAttachment.of(CONTAINER, Path.of("/"));

        assertThatThrownBy(() -> networks.add(network("good"), ofTheHost).block(TIMEOUT))
                .isInstanceOf(NetworkException.class)
                .hasMessage("network namespace " + ofTheHost.namespace() + " is that of the host");
        assertThatThrownBy(() -> networks.add(network("good"), none).block(TIMEOUT))
                .isInstanceOf(NoSuchNamespaceException.class)
                .hasMessage("there is no network namespace at /");
        assertThat(calls()).isEmpty();
        assertThat(namesIn(state)).isEmpty();
    }

    @Test
    void add_interfaceOfAnotherNetwork_isRefusedWithoutACall() throws IOException {
        get(networks.add(network("good"), attachment));
        CniNetwork second = CniNetwork.parse(network("good").json().replace("\"net\"", "\"second\""));

        CniException error = errorOf(networks.add(second, attachment));

        assertThat(error.reason()).isEqualTo(Reason.ALREADY_ATTACHED);
        assertThat(calls()).containsExactly("ADD good");
        get(networks.add(second, attachment.withInterfaceName("eth1")));
    }

    @Test
    void add_pluginForAddressesThatIsMissing_isRefusedBeforeAnyCall() throws IOException {
        CniNetwork network = CniNetwork.parse("""
                {"cniVersion": "1.0.0", "name": "net", "plugins": [{"type": "good", "ipam": {"type": "missing"}}]}""");

        CniException error = errorOf(networks.add(network, attachment));

        assertThat(error.reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(error).hasMessageStartingWith("CNI plugin missing is in none of");
        assertThat(calls()).isEmpty();
    }

    @Test
    void delete_pluginForAddressesOpenToOthers_isNotCalled() throws IOException {
        CniNetwork network = CniNetwork.parse("""
                {"cniVersion": "1.0.0", "name": "net", "plugins": [{"type": "good", "ipam": {"type": "other"}}]}""");
        get(networks.add(network, attachment));
        Files.setPosixFilePermissions(plugins.resolve("other"), PosixFilePermissions.fromString("rwxrwxrwx"));

        CniException error = errorOf(networks.delete(network, attachment));

        assertThat(error.reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(calls()).containsExactly("ADD good");
    }

    @Test
    void delete_recordThatCannotBeRead_goesByWhatIsGiven() throws IOException {
        get(networks.add(network("good"), attachment));
        Files.writeString(state.resolve(RECORD), "{");

        run(networks.delete(network("good"), attachment));

        assertThat(calls()).containsExactly("ADD good", "DEL good");
        assertThat(namesIn(state)).isEmpty();
    }

    @Test
    void delete_argumentsOfSeveralNames_areThoseOfAddInTheirOrder() throws IOException {
        Map<String, String> arguments = new LinkedHashMap<>();
        for (int i = 20; i > 0; i--) {
            arguments.put("K" + i, "v");
        }
        get(networks.add(network("good"), attachment.withArguments(arguments)));
        String added = told("env-good").lines().findFirst().orElseThrow();

        run(networks.delete(network("good"), attachment));

        assertThat(added).startsWith("CNI_ARGS=K20=v;K19=v;");
        assertThat(told("env-good").lines()).startsWith(added, "CNI_COMMAND=DEL");
    }

    @Test
    void delete_stateDirectoryOfOthers_isRefused() throws IOException {
        get(networks.add(network("good"), attachment));
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatThrownBy(() -> networks.delete(network("good"), attachment).block(TIMEOUT))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("must be writable by its owner alone");
        assertThatThrownBy(() -> networks.attachments().blockLast(TIMEOUT))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("must be writable by its owner alone");
        assertThat(calls()).containsExactly("ADD good");
    }

    @Test
    void attachments_ofAJvmThatDiedInAPlugin_areDeletedByAnother() throws IOException {
        plugin("slow", "[ $CNI_COMMAND = DEL ] || cp -r " + state + " " + directory + "/crashed");
        get(networks.add(network("good", "slow"), attachment.withArguments(Map.of("K", "v"))));
        state = Files.move(directory.resolve("crashed"), directory.resolve("found"));
        Files.writeString(state.resolve(".c1@net@eth0.json.half"), "{");

        CniNetworks others = networks(TIMEOUT);
        AttachedNetwork left = get(others.attachments().single());

        assertThat(left.result()).isNull();
        run(others.delete(left.network(), left.attachment()));
        assertThat(calls()).endsWith("DEL slow", "DEL good");
        assertThat(told("env-good")).contains("CNI_ARGS=K=v", "CNI_NETNS=/proc/self/ns/uts");
        assertThat(namesIn(state)).isEmpty();
        assertThat(others.attachments().collectList().block(TIMEOUT)).isEmpty();
    }
}
