// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.metrics.RunfluxMeter;
import io.runflux.process.ConsoleSocket;
import io.runflux.process.PidfdSocket;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import io.runflux.process.ProcessStartException;
import io.runflux.process.RunningProcess;
import io.runflux.process.WatchedProcess;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Times what is started, and tells how many processes there are. */
final class MeteredLauncher implements ProcessLauncher {
    private final ProcessLauncher launcher;
    private final OrchestratorMeters meters;

    MeteredLauncher(ProcessLauncher launcher, OrchestratorMeters meters) {
        this.launcher = launcher;
        this.meters = meters;
        meters.watch(RunfluxMeter.PROCESSES, launcher::processes);
    }

    @Override
    public Mono<RunningProcess> launch(ProcessSpec spec) {
        return meters.timed(
                launcher.launch(spec),
                (nanos, outcome, error) -> meters.time(RunfluxMeter.SPAWN, nanos, outcomeOf(outcome, error)));
    }

    private static String outcomeOf(String outcome, @Nullable Throwable error) {
        return error instanceof ProcessStartException failed
                ? failed.reason().name().toLowerCase(Locale.ROOT)
                : outcome;
    }

    @Override
    public Mono<WatchedProcess> watch(int pid) {
        return launcher.watch(pid);
    }

    @Override
    public Mono<List<String>> commandLine(int pid) {
        return launcher.commandLine(pid);
    }

    @Override
    public Mono<ConsoleSocket> listenForTerminal() {
        return launcher.listenForTerminal();
    }

    @Override
    public Mono<PidfdSocket> listenForProcess() {
        return launcher.listenForProcess();
    }

    @Override
    public boolean isNative() {
        return launcher.isNative();
    }

    @Override
    public int processes() {
        return launcher.processes();
    }

    @Override
    public Mono<Void> disposeLater(Duration grace) {
        return launcher.disposeLater(grace);
    }
}
