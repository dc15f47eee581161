// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.oci.Hook;
import io.runflux.oci.OciJson;
import io.runflux.oci.Spec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("once")
class HooksFilterCommandTest {
    private static final List<String> HOOKS = List.of("a");

    private HookScene scene;

    @BeforeEach
    void setScene(@TempDir Path directory) {
        scene = new HookScene(directory);
    }

    private static String adding(String variable) {
        return "sed 's|\"env\":\\[|\"env\":[\"'" + variable + "'\",|'";
    }

    @Test
    void filter_hooks_printsWhatTheyMakeOfTheBundle() throws Exception {
        scene.add("a", "10.json", "precreate", adding("WHERE=$PWD"));
        scene.add("a", "20.json", "precreate", adding("SECOND=yes"));
        scene.add("a", "30.json", "createRuntime", "exit 1");
        Path bundle = scene.bundle();
        String before = Files.readString(bundle.resolve("config.json"));

        CliResult result = scene.call("filter", HOOKS);

        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isZero();
        assertThat(result.out()).startsWith("{\n  \"");
        Spec config = OciJson.read(result.out(), Spec.class);
        assertThat(Required.of(config.process()).env()).startsWith("SECOND=yes", "WHERE=" + bundle);
        assertThat(Required.of(config.root()).path())
                .isEqualTo(bundle.resolve("rootfs").toString());
        assertThat(Required.of(config.hooks()).createRuntime())
                .extracting(Hook::path)
                .containsExactly("/bin/sh");
        assertThat(Files.readString(bundle.resolve("config.json"))).isEqualTo(before);
        assertThat(bundle.toFile().list()).containsExactly("config.json");
    }

    @Test
    void filter_diff_printsWhatEachHookChanged() throws Exception {
        scene.add("a", "10.json", "precreate", adding("FIRST=yes"));
        scene.add("a", "20.json", "precreate", "cat");
        scene.add("a", "30.json", "precreate", adding("THIRD=\\\\u001byes"));

        CliResult result = scene.call("filter", HOOKS, "--diff");

        assertThat(result.code()).isZero();
        assertThat(result.out().lines())
                .containsSubsequence(
                        "hook 0 (/bin/sh):", "--- Old", "+++ New", "hook 2 (/bin/sh):", "--- Old", "+++ New")
                .anyMatch(line -> line.startsWith("+") && line.contains("\"FIRST=yes\""))
                .doesNotContain("hook 1 (/bin/sh):");
        assertThat(result.out()).doesNotContain("\u001b");
    }

    @Test
    void filter_diffOfNothing_printsNothing() throws Exception {
        scene.add("a", "10.json", "precreate", "cat");

        assertThat(scene.call("filter", HOOKS, "--diff")).isEqualTo(new CliResult(0, "", ""));
    }

    @Test
    void filter_secondHookFails_namesItAndPrintsNoConfiguration() throws Exception {
        scene.add("a", "10.json", "precreate", "cat");
        scene.add("a", "20.json", "precreate", "exit 3");

        CliResult result = scene.call("filter", HOOKS);

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .startsWith("runflux: config filter hook 1 (/bin/sh): executing ")
                .endsWith(" exit status 3\n");
        assertThat(result.err().lines()).hasSize(1);
    }

    @Test
    void filter_hookWritesNoConfiguration_saysWhich() throws Exception {
        scene.add("a", "10.json", "precreate", "echo null");

        CliResult result = scene.call("filter", HOOKS);

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err()).startsWith("runflux: config filter hook 0 (/bin/sh): ");
    }

    @Test
    void filter_hookTakesTooLong_isKilled() throws Exception {
        scene.add("a", "10.json", "precreate", "sleep 1000");

        CliResult result = scene.call("filter", HOOKS, "--timeout", "300ms");

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.err())
                .isEqualTo(
                        "runflux: config filter hook 0 (/bin/sh): hook /bin/sh was killed: it exceeded its time limit"
                                + " of 300ms\n");
    }

    @Test
    void filter_fileThatCannotBeUsed_runsNothing() throws Exception {
        scene.add("a", "10.json", "precreate", "cat; touch " + scene.file("ran"));
        Path open = scene.add("a", "20.json", "poststop", "true");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-rw-rw-"));

        CliResult result = scene.call("filter", HOOKS);

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("runflux: cannot use '" + open + "'");
        assertThat(scene.file("ran")).doesNotExist();
    }

    @Test
    void filter_jvmIsSignalled_killsTheHookAndWhatItStarted(@TempDir Path other) throws Exception {
        Scene processes = new Scene(other);
        scene.add("a", "10.json", "precreate", "(" + processes.sleeper() + ") >" + scene.file("up") + " & wait");
        String bundle = scene.bundle().toString();
        String hooks = scene.file("a").toString();

        try (CliProcess cli =
                CliProcess.start(processes, "hooks", "filter", "--bundle", bundle, "--hooks-dir", hooks)) {
            CliProcess.await(
                    () -> Files.exists(scene.file("up")) && scene.read("up").equals("up\n"));
            cli.send("TERM");

            assertThat(cli.end()).isEqualTo(143);
            assertThat(cli.out() + cli.err()).isEmpty();
        }
        CliProcess.await(() -> processes.processes().isEmpty());
    }
}
