// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.hooks;

import io.runflux.benchmarks.MeasurementException;
import io.runflux.benchmarks.launch.Batch;
import io.runflux.benchmarks.launch.Contender;
import io.runflux.hooks.HookException;
import io.runflux.hooks.HookOptions;
import io.runflux.hooks.HookOutput;
import io.runflux.hooks.HookResult;
import io.runflux.hooks.HookRunner;
import io.runflux.oci.Hook;
import io.runflux.process.ProcessLauncher;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/** Hooks by Runflux. A hook is over when its process is released too, so that its clean-up is inside the figure. */
final class RunfluxHookContender implements Contender {
    private static final Duration DISPOSAL_TIMEOUT = Duration.ofSeconds(30);
    private static final String LABEL = "Runflux";

    private final ProcessLauncher launcher;
    private final HookRunner runner;
    private final Hook hook;
    private final byte[] state = HookState.toJson();
    private final HookOptions options = HookOptions.defaults().withStdout(HookOutput.into(this::expectState));

    RunfluxHookContender(ProcessLauncher launcher, List<String> command) {
        this.launcher = launcher;
        runner = HookRunner.of(launcher);
        hook = new Hook(command.get(0), command, List.of(), HookBenchmark.TIMEOUT_SECONDS, Map.of());
    }

    @Override
    public Mono<Void> slot(Batch batch) {
        return Mono.defer(() -> runOnce(batch)).repeat(batch::claim).then();
    }

    private Mono<Void> runOnce(Batch batch) {
        long started = System.nanoTime();
        return runner.run(hook, state, options)
                .flatMap(RunfluxHookContender::successOrError)
                .then(Mono.fromRunnable(() -> batch.record(started)));
    }

    private Mono<byte[]> expectState(ByteBufFlux output) {
        return output.aggregate()
                .asByteArray()
                .filter(bytes -> Arrays.equals(bytes, state))
                .switchIfEmpty(Mono.error(() -> new MeasurementException(LABEL + " " + HookBenchmark.WRONG_OUTPUT)));
    }

    private static Mono<Void> successOrError(HookResult result) {
        HookException error = result.error();
        return error == null
                ? Mono.empty()
                : Mono.error(() -> new MeasurementException(LABEL + " failed: " + error.getMessage()));
    }

    @Override
    public void close() {
        launcher.disposeLater(Duration.ZERO).block(DISPOSAL_TIMEOUT);
    }
}
