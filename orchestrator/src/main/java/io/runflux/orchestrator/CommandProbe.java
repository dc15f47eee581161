// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.host.Command;
import io.runflux.host.CommandException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Mono;

/** Runs a command. The limit is a cancellation of it, so that the answer comes when its process has gone. */
final class CommandProbe implements HealthProbe {
    private static final Duration COPY_TIMEOUT = Duration.ofSeconds(1);

    private final Command command;

    CommandProbe(Command command) {
        boolean isUnbounded = command.copyAfterExitTimeout().isZero();
        this.command = isUnbounded ? command.withCopyAfterExitTimeout(COPY_TIMEOUT) : command;
    }

    @Override
    public Mono<ProbeResult> check(Duration limit) {
        return Mono.defer(() -> run(limit, new ProbeOutput(), new AtomicBoolean()));
    }

    /** The exit status decides, whatever went wrong with the streams. */
    private Mono<ProbeResult> run(Duration limit, ProbeOutput output, AtomicBoolean isCutOff) {
        Mono<Long> timer = Mono.delay(limit).doOnNext(tick -> isCutOff.set(true));
        return into(output)
                .withCancellation(Mono.firstWithSignal(command.cancellation(), timer))
                .run()
                .onErrorResume(CommandException.class, error -> Mono.just(error.exitState()))
                .map(state -> isCutOff.get()
                        ? CutOff.after(limit, output.text())
                        : ProbeResult.of(state.status(), output.text()));
    }

    private Command into(ProbeOutput output) {
        Command read = command.withStdout(stream -> stream.doOnNext(output::add));
        return command.process().terminal() ? read : read.withStderr(stream -> stream.doOnNext(output::add));
    }
}
