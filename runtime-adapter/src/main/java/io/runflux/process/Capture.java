// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.runflux.events.ExitStatus;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/** Waits for the end of one process and keeps what it writes. */
final class Capture {
    private final CaptureLimits limits;
    private final BoundedBytes stdout;
    private final BoundedBytes stderr;

    private Capture(CaptureLimits limits) {
        this.limits = limits;
        stdout = new BoundedBytes(limits.maxBytes());
        stderr = new BoundedBytes(limits.maxBytes());
    }

    static Mono<CapturedOutput> run(ProcessLauncher launcher, ProcessSpec spec, CaptureLimits limits) {
        if (spec.descriptors().get(0) == Stdio.pipe()) {
            throw new IllegalArgumentException("standard input of a captured process must not be a pipe");
        }
        return Mono.defer(
                () -> launcher.using(spec, process -> process.capture(limits)).single());
    }

    static Mono<CapturedOutput> of(RunningProcess process, CaptureLimits limits) {
        Objects.requireNonNull(limits, "limits");
        return Mono.defer(() -> new Capture(limits).collect(process));
    }

    /** Reading begins before the exit is awaited, and goes on beside it. */
    private Mono<CapturedOutput> collect(RunningProcess process) {
        Mono<Boolean> read = Mono.when(keep(process.stdout(), stdout), keep(process.stderr(), stderr))
                .thenReturn(true);
        return Mono.zip(process.exit(), boundedAfterExit(read, process.exit()), this::toOutput);
    }

    private static Mono<Void> keep(ByteBufFlux stream, BoundedBytes target) {
        return stream.doOnNext(target::add).then();
    }

    private Mono<Boolean> boundedAfterExit(Mono<Boolean> read, Mono<ExitStatus> exit) {
        Duration wait = limits.drainTimeout();
        Mono<?> deadline = exit.delayElement(wait);
        return read.timeout(deadline).onErrorReturn(TimeoutException.class, false);
    }

    private CapturedOutput toOutput(ExitStatus status, boolean isDrained) {
        return CapturedOutput.of(status, stdout, stderr, isDrained);
    }
}
