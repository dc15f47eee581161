// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

import static io.runflux.host.CommandFixture.TIMEOUT;
import static io.runflux.host.CommandFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.oci.OciProcess;
import io.runflux.oci.Rlimit;
import io.runflux.process.ProcessLauncher;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LocalHostTest implements CommandContract, CommandLifeContract {
    private final ProcessLauncher launcher = ProcessLauncher.create();
    private final ProcessHost host = ProcessHost.local(launcher);

    @AfterEach
    void disposeOfLauncher() {
        launcher.disposeLater(Duration.ZERO).block(TIMEOUT);
    }

    @Override
    public ProcessHost host() {
        return host;
    }

    @Override
    public void end(int pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Override
    public boolean isRunning(String program) {
        return ProcessHandle.current().children().anyMatch(child -> child.info()
                .command()
                .filter(command -> command.endsWith("/" + program))
                .isPresent());
    }

    @Override
    public List<Duration> momentsOfAStart() {
        return IntStream.range(0, 40)
                .mapToObj(step -> Duration.ofNanos(50_000L * step))
                .toList();
    }

    @Test
    void output_relativeProgram_startsAtItsWorkingDirectory() {
        Command command = Command.of(host, "./sh", "-c", "echo hello");

        assertThat(await(command.withProcess(command.process().withCwd("/bin")).output())
                        .text())
                .isEqualTo("hello\n");
    }

    @Test
    void run_variableWithoutEquals_isRefusedAndNotQuoted() {
        Command command = Command.of(host, "true");

        assertThatThrownBy(() -> command.withProcess(command.process().withEnv(List.of("PATH=/bin", "hunter2")))
                        .run()
                        .block(TIMEOUT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("process.env[1] must have the form NAME=value");
    }

    @Test
    void run_whatThisMachineDoesNotHonour_isRefused() {
        OciProcess process = Command.of(host, "true").process();

        assertThatThrownBy(() -> Command.of(host, "true")
                        .withProcess(process.withRlimits(List.of(Rlimit.of("RLIMIT_RSS", 1, 1))))
                        .run()
                        .block(TIMEOUT))
                .hasMessageContaining("does not know the limit 'RLIMIT_RSS'");
    }
}
