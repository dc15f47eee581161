// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ExitStatus;
import io.runflux.orchestrator.RestartDecision.Restart;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Runs, waits, and runs again, as a policy says. What was counted goes along with the signals. */
final class RestartLoop {
    private final RestartPolicy policy;
    private final Mono<ExitStatus> run;
    private final Mono<Boolean> stopped;
    private final LongSupplier nanoTime;
    private final DoubleSupplier random;

    RestartLoop(
            RestartPolicy policy, Mono<ExitStatus> run, Mono<?> stop, LongSupplier nanoTime, DoubleSupplier random) {
        this.policy = policy;
        this.run = run.switchIfEmpty(
                Mono.error(() -> new IllegalStateException("a run must end with an exit status, was empty")));
        stopped = stop.map(value -> true).defaultIfEmpty(true).onErrorReturn(true);
        this.nanoTime = nanoTime;
        this.random = random;
    }

    Flux<RunEnd> ends() {
        return runOnce(RestartCount.none()).expand(this::next);
    }

    private Mono<RunEnd> next(RunEnd end) {
        return end.decision() instanceof Restart restart ? restart(restart) : Mono.empty();
    }

    private Mono<RunEnd> restart(Restart restart) {
        Duration delay = policy.backoff().jittered(restart.delay(), random.getAsDouble());
        return Mono.firstWithSignal(stopped, Mono.delay(delay).thenReturn(false))
                .filter(wasStopped -> !wasStopped)
                .flatMap(elapsed -> runOnce(restart.count()));
    }

    private Mono<RunEnd> runOnce(RestartCount count) {
        return Mono.defer(() -> runFrom(nanoTime.getAsLong(), count));
    }

    private Mono<RunEnd> runFrom(long start, RestartCount count) {
        return run.flatMap(status -> toEnd(status, count, Duration.ofNanos(nanoTime.getAsLong() - start)));
    }

    private Mono<RunEnd> toEnd(ExitStatus status, RestartCount count, Duration ranFor) {
        return Mono.firstWithSignal(stopped, Mono.just(false))
                .map(wasStopped -> new RunEnd(status, ranFor, policy.after(status, count, ranFor, wasStopped)));
    }
}
