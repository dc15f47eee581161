// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.network.CniException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

/** What real plugins do not do on demand. */
class FakePluginsTest extends FakePluginsFixture {
    @Test
    void add_severalPlugins_areCalledInOrderWithTheResultBefore() throws IOException {
        CniResult result = get(networks.add(
                network("good", "other"), attachment.withPortMappings(List.of(PortMapping.tcp(8080, 80)))));

        assertThat(result.addresses()).containsExactly(new CniResult.Address("5.1.2.3/24", null, null));
        assertThat(calls()).containsExactly("ADD good", "ADD other");
        assertThat(told("ADD-good"))
                .isEqualTo("{\"type\":\"good\",\"cniVersion\":\"1.0.0\",\"name\":\"net\",\"runtimeConfig\":"
                        + "{\"portMappings\":[{\"hostPort\":8080,\"containerPort\":80,\"protocol\":\"tcp\"}]}}");
        assertThat(told("ADD-other")).contains("\"prevResult\":" + RESULT.replace("10.1.2.3", "4.1.2.3"));
        assertThat(namesIn(state)).containsExactly(RECORD);
    }

    @Test
    void add_environment_isThatOfCniAlone() throws IOException {
        get(networks.add(network("good"), attachment.withArguments(Map.of("K", "v w"))));

        assertThat(told("env-good").lines().filter(line -> !line.startsWith("PWD=") && !line.startsWith("_=")))
                .containsExactly(
                        "CNI_ARGS=K=v w",
                        "CNI_COMMAND=ADD",
                        "CNI_CONTAINERID=c1",
                        "CNI_IFNAME=eth0",
                        "CNI_NETNS=/proc/self/ns/uts",
                        "CNI_PATH=" + plugins,
                        "PATH=" + Programs.PATH);
    }

    @Test
    void add_everyPlugin_findsTheAttachmentWrittenDown() throws IOException {
        plugin("looks", "cp " + state + "/" + RECORD + " " + directory + "/seen");

        get(networks.add(network("looks"), attachment));

        assertThat(told("seen")).contains("\"container\":\"c1\"").doesNotContain("\"result\"");
        assertThat(networks.attachments().blockLast(TIMEOUT)).satisfies(attached -> {
            assertThat(attached.attachment()).isEqualTo(attachment);
            assertThat(attached.network()).isEqualTo(network("looks"));
            assertThat(attached.result()).isNotNull();
        });
        assertThat(Files.getPosixFilePermissions(state.resolve(RECORD)))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void add_twice_isRefusedWithoutACall() throws IOException {
        get(networks.add(network("good"), attachment));

        CniException error = errorOf(networks.add(network("good"), attachment));

        assertThat(error.reason()).isEqualTo(Reason.ALREADY_ATTACHED);
        assertThat(error).hasMessage("container c1 is attached with interface eth0 already, to network net");
        assertThat(calls()).containsExactly("ADD good");
        get(networks.add(network("good"), attachment.withInterfaceName("eth1")));
    }

    @Test
    void add_pluginThatReportsAnError_isTakenBackInReverse() throws IOException {
        plugin("bad", "[ $CNI_COMMAND = DEL ] || { " + FAILS_WELL + "; }");

        CniException error = errorOf(networks.add(network("good", "bad", "other"), attachment));

        assertThat(error.reason()).isEqualTo(Reason.REPORTED);
        assertThat(error.code()).isEqualTo(7);
        assertThat(error.details()).isEqualTo("br9");
        assertThat(error).hasMessage("CNI plugin bad, ADD: error 7: no such bridge: br9");
        assertThat(furtherErrors(error)).isEmpty();
        assertThat(calls()).containsExactly("ADD good", "ADD bad", "DEL bad", "DEL good");
        assertThat(namesIn(state)).isEmpty();
    }

    @Test
    void add_pluginThatCannotDelete_staysWrittenDownUntilItCan() throws IOException {
        plugin("bad", FAILS_WELL);

        CniException error = errorOf(networks.add(network("good", "bad"), attachment));

        assertThat(furtherErrors(error)).containsExactly("CNI plugin bad, DEL: error 7: no such bridge: br9");
        assertThat(namesIn(state)).containsExactly(RECORD);
        assertThat(networks.attachments().blockLast(TIMEOUT))
                .extracting(AttachedNetwork::result)
                .isNull();
        plugin("bad", "");
        run(networks.delete(network("good", "bad"), attachment));
        assertThat(namesIn(state)).isEmpty();
    }

    @Test
    void add_pluginThatDies_failsWithItsLastWords() throws IOException {
        plugin("bad", "[ $CNI_COMMAND = DEL ] || { echo no >&2; kill -9 $$; }");

        CniException error = errorOf(networks.add(network("bad"), attachment));

        assertThat(error.reason()).isEqualTo(Reason.FAILED);
        assertThat(error).hasMessage("CNI plugin bad, ADD: signal SIGKILL: no");
        assertThat(error.code()).isNull();
    }

    @Test
    void add_pluginThatHangs_isKilledWithItsChildrenAndTakenBack() throws IOException {
        plugin("slow", "[ $CNI_COMMAND = DEL ] || { sleep 1000 & echo $! >" + directory + "/pid; wait; }");

        CniException error = errorOf(networks(Duration.ofMillis(500)).add(network("slow"), attachment));

        assertThat(error.reason()).isEqualTo(Reason.TIMED_OUT);
        assertThat(error).hasMessage("CNI plugin slow, ADD was killed: it exceeded its time limit of 500 ms");
        assertThat(calls()).containsExactly("ADD slow", "DEL slow");
        assertThat(namesIn(state)).isEmpty();
        Path sleep = Path.of("/proc", told("pid"), "cmdline");
        awaitUntil("the child of the plugin has ended", () -> !isSleep(sleep));
    }

    private static boolean isSleep(Path commandLine) {
        try {
            return Files.exists(commandLine) && Files.readString(commandLine).startsWith("sleep");
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void add_pluginThatWritesGarbage_failsAndIsTakenBack() throws IOException {
        plugin("bad", "[ $CNI_COMMAND = ADD ] && { echo hello; exit 0; }");

        CniException error = errorOf(networks.add(network("bad"), attachment));

        assertThat(error.reason()).isEqualTo(Reason.GARBLED);
        assertThat(error).hasMessageContaining("CNI plugin bad, ADD: wrote what CNI does not have it write");
        assertThat(calls()).containsExactly("ADD bad", "DEL bad");
    }

    @Test
    void add_pluginThatIsNotThereOrOpenToOthers_isRefusedBeforeAnyCall() throws IOException {
        assertThat(errorOf(networks.add(network("good", "missing"), attachment)).reason())
                .isEqualTo(Reason.NOT_FOUND);
        Files.setPosixFilePermissions(plugins.resolve("other"), PosixFilePermissions.fromString("rwxrwxrwx"));
        CniException error = errorOf(networks.add(network("good", "other"), attachment));

        assertThat(error.reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(error).hasMessageContaining("must be writable by its owner alone");
        assertThat(calls()).isEmpty();
        assertThat(namesIn(state)).isEmpty();
    }

    @Test
    void add_cancelledInAPlugin_letsItEndAndTakesItBackBeforeTheNextWork() throws IOException {
        plugin(
                "slow",
                "[ $CNI_COMMAND = DEL ] || { touch " + directory + "/begun; while [ ! -e " + directory
                        + "/go ]; do sleep 0.05; done; }");
        Disposable addition = networks.add(network("slow", "other"), attachment).subscribe();
        awaitUntil("the plugin was called", () -> Files.exists(directory.resolve("begun")));

        addition.dispose();
        Files.createFile(directory.resolve("go"));
        run(networks.delete(network("slow", "other"), attachment));

        assertThat(calls()).containsExactly("ADD slow", "DEL slow", "DEL other", "DEL slow");
        assertThat(namesIn(state)).isEmpty();
    }

    @Test
    void delete_attachment_callsInReverseWithTheLastResultAndForgets() throws IOException {
        get(networks.add(network("good", "other"), attachment));

        run(networks.delete(network("other"), attachment));

        assertThat(calls()).containsExactly("ADD good", "ADD other", "DEL other", "DEL good");
        assertThat(told("DEL-good")).contains("\"prevResult\":" + RESULT.replace("10.1.2.3", "5.1.2.3"));
        assertThat(namesIn(state)).isEmpty();
    }

    @Test
    void delete_repeatedAndWithoutANamespace_succeeds() throws IOException {
        CniAttachment gone = CniAttachment.of(CONTAINER, directory.resolve("gone"));

        run(networks.delete(network("good"), gone));
        run(networks.delete(network("good"), gone));

        assertThat(calls()).containsExactly("DEL good", "DEL good");
        assertThat(told("DEL-good")).doesNotContain("prevResult");
        assertThat(told("env-good")).doesNotContain("CNI_NETNS");
    }

    @Test
    void delete_somePluginsFail_callsAllAndTellsEveryError() throws IOException {
        get(networks.add(network("good", "other"), attachment));
        plugin("good", FAILS_WELL);
        plugin("other", FAILS_WELL);

        CniException error = errorOf(networks.delete(network("good", "other"), attachment));

        assertThat(error).hasMessageStartingWith("CNI plugin other, DEL: error 7");
        assertThat(furtherErrors(error)).containsExactly("CNI plugin good, DEL: error 7: no such bridge: br9");
        assertThat(namesIn(state)).containsExactly(RECORD);
    }

    @Test
    void check_attachment_asksInOrderWithTheLastResult() throws IOException {
        get(networks.add(network("good", "other"), attachment));

        run(networks.check(network("good", "other"), attachment));

        assertThat(calls()).endsWith("CHECK good", "CHECK other");
        assertThat(told("CHECK-good")).contains("\"prevResult\":" + RESULT.replace("10.1.2.3", "5.1.2.3"));
        plugin("good", FAILS_WELL);
        assertThat(errorOf(networks.check(network("good", "other"), attachment)).code())
                .isEqualTo(7);
        assertThat(errorOf(networks.check(network("good"), attachment.withInterfaceName("eth1")))
                        .reason())
                .isEqualTo(Reason.NOT_ATTACHED);
    }

    @Test
    void validate_pluginOfAnOldVersion_isNamed() throws IOException {
        plugin("old", "echo '{\"cniVersion\":\"0.2.0\",\"supportedVersions\":[\"0.1.0\",\"0.2.0\"]}'; exit 0");

        run(networks.validate(network("good")));
        assertThat(get(networks.versions("good"))).containsExactly("0.4.0", "1.0.0");
        CniException error = errorOf(networks.validate(network("good", "old")));

        assertThat(error.reason()).isEqualTo(Reason.VERSION);
        assertThat(error).hasMessage("CNI plugin old speaks 0.1.0, 0.2.0, and network net is written in 1.0.0");
    }

    @Test
    void attachments_fileThatCannotBeRead_isAnErrorAfterTheOthers() throws IOException {
        get(networks.add(network("good"), attachment));
        Files.writeString(state.resolve("a@b@c.json"), "{");

        assertThatThrownBy(() -> networks.attachments().collectList().block(TIMEOUT))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("a@b@c.json cannot be read");
        assertThat(networks.attachments().onErrorComplete().collectList().block(TIMEOUT))
                .hasSize(1);
    }
}
