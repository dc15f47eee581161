// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static io.runflux.runtime.Fixtures.await;
import static io.runflux.runtime.Fixtures.awaitThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.runflux.process.CaptureLimits;
import io.runflux.process.CapturedOutput;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import io.runflux.process.Stdio;
import io.runflux.runtime.fake.FakeRuntime;
import io.runflux.testing.RequiresProgram;
import io.runflux.testing.RequiresRoot;
import io.runflux.testing.RequiresRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** The one in memory says what the real one says, which asks for the version of CRIU before it restores. */
@Tag("once")
@RequiresRoot
@RequiresRuntime("runc")
@RequiresProgram("criu")
class FakeParityTest {
    private static final String STOPPED = "(wait until stopped)";

    /** BUNDLE and EMPTY stand for directories. */
    private static final List<String> SCRIPT = List.of(
            "bogus",
            "state --foo x",
            "list --format json",
            "state x",
            "start x",
            "pause x",
            "resume x",
            "kill x",
            "delete x",
            "delete --force x",
            "ps --format json x",
            "events --stats x",
            "checkpoint --image-path EMPTY x",
            "exec x true",
            "create --bundle /no/such x",
            "create --bundle EMPTY x",
            "create --bundle BUNDLE bad/id",
            "create --foo x",
            "create --bundle BUNDLE --console-socket EMPTY/none x",
            "restore --bundle BUNDLE --image-path EMPTY x",
            "create --bundle BUNDLE x",
            "create --bundle BUNDLE x",
            "run --bundle BUNDLE x",
            "resume x",
            "checkpoint --image-path EMPTY x",
            "pause x",
            "start x",
            "exec x true",
            "delete x",
            "resume x",
            "start x",
            "start x",
            "delete x",
            "events --interval 0s x",
            "exec x /no/such",
            "exec x nosuch",
            "exec x sh -c exit",
            "exec x false",
            "kill x FOO",
            "kill x 99",
            "pause x",
            "pause x",
            "resume x",
            "resume x",
            "kill x KILL",
            STOPPED,
            "kill x 9",
            "kill --all x 9",
            "start x",
            "pause x",
            "resume x",
            "exec x true",
            "ps --format json x",
            "events --stats x",
            "checkpoint --image-path EMPTY x",
            "delete x",
            "delete x",
            "list --format json");

    private final ProcessLauncher launcher =
            ProcessLauncher.builder().subreaper(true).build();
    private final FakeRuntime fake = FakeRuntime.create();

    @AfterEach
    void dispose() {
        fake.close();
        launcher.disposeLater(Duration.ZERO).block(Fixtures.TIMEOUT);
    }

    @Test
    void everyCommand_realAndFake_endsAndSpeaksAlike(@TempDir Path directory) throws IOException {
        Path runc = TrustedBinary.find("runc", RuntimeConfig.TRUSTED_PATH).orElseThrow();
        RuntimeInfo info =
                await(OciRuntimes.runc(launcher, RuntimeConfig.of(runc)).info());
        assumeTrue(info.version().startsWith("1.1."), "runc 1.1 is what the fake follows, this is " + info.version());
        Path bundle = Fixtures.bundle(directory, List.of("sleep", "600"));
        Path empty = Files.createDirectory(directory.resolve("empty"));
        Talk real = new Talk(launcher, runc, directory, bundle, empty);
        Talk ours = new Talk(fake.launcher(), fake.config().binary(), directory, bundle, empty);

        assertThat(ours.outcomes()).containsExactlyElementsOf(real.outcomes());
        assertThat(ours.loggedToStderr("start x")).isEqualTo(real.loggedToStderr("start x"));
    }

    /** One runtime that is asked all of it. */
    private record Talk(ProcessLauncher launcher, Path binary, Path directory, Path bundle, Path empty) {
        List<String> outcomes() {
            List<String> outcomes = new ArrayList<>();
            for (String line : SCRIPT) {
                if (line.equals(STOPPED)) {
                    awaitThat(call("state x", Stdio.pipe()), state -> state.stdout()
                            .contains("stopped"));
                } else {
                    Stdio stdout = line.contains("--format") ? Stdio.pipe() : Stdio.nullDevice();
                    outcomes.add(line + " -> " + outcome(await(call(line, stdout))));
                }
            }
            return outcomes;
        }

        private static String outcome(CapturedOutput output) {
            return output.status() + ": " + output.stdout().strip()
                    + output.stderr().strip();
        }

        String loggedToStderr(String line) {
            return outcome(await(call(List.of("--log-format", "json"), line, Stdio.nullDevice())))
                    .replaceAll("\"time\":\"[^\"]*\"", "");
        }

        private Mono<CapturedOutput> call(String line, Stdio stdout) {
            return call(List.of("--log", directory.resolve("log").toString()), line, stdout);
        }

        /** A container that is created would hold a pipe, and is not heard. */
        private Mono<CapturedOutput> call(List<String> logging, String line, Stdio stdout) {
            List<String> arguments = new ArrayList<>(
                    List.of("--root", directory.resolve("parity").toString()));
            arguments.addAll(logging);
            for (String word : line.split(" ", -1)) {
                arguments.add(word.replace("BUNDLE", bundle.toString()).replace("EMPTY", empty.toString()));
            }
            ProcessSpec spec = ProcessSpec.program(binary)
                    .arguments(arguments)
                    .workingDirectory(empty)
                    .environment("PATH", RuntimeConfig.TRUSTED_PATH)
                    .stdout(stdout)
                    .stderr(line.equals("create --bundle BUNDLE x") ? Stdio.nullDevice() : Stdio.pipe())
                    .build();
            return launcher.capture(spec, CaptureLimits.defaults());
        }
    }
}
