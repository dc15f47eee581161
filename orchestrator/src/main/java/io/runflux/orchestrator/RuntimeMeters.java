// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.metrics.RunfluxMeter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What the guards of one runtime tell. */
final class RuntimeMeters {
    private final OrchestratorMeters meters;
    private final String runtime;

    RuntimeMeters(OrchestratorMeters meters, String runtime) {
        this.meters = meters;
        this.runtime = runtime;
    }

    void watch(CallPermits permits, String lane) {
        meters.watch(RunfluxMeter.RUNTIME_ACTIVE, permits::active, runtime, lane);
        meters.watch(RunfluxMeter.RUNTIME_WAITING, permits::waiting, runtime, lane);
        meters.watch(RunfluxMeter.RUNTIME_LIMIT, permits::max, runtime, lane);
    }

    void watch(RuntimeBreaker breaker) {
        meters.watch(RunfluxMeter.BREAKER, breaker::openness, runtime);
    }

    /** One attempt, with its own time limit, and without what it waited for. */
    <T> Mono<T> attempt(RuntimeCall call, @Nullable ContainerId id, Mono<T> attempt) {
        String operation = word(call);
        Mono<T> timed = meters.timed(
                attempt,
                (nanos, outcome, error) -> meters.time(
                        RunfluxMeter.RUNTIME_CALL,
                        nanos,
                        runtime,
                        operation,
                        error == null ? outcome : outcomeOf(error)));
        return meters.observed(RunfluxMeter.RUNTIME_COMMAND, List.of(runtime, operation), id, timed);
    }

    private static String outcomeOf(Throwable error) {
        return error instanceof CallTimeoutException ? "timeout" : word(RuntimeFault.of(error));
    }

    void retried(RuntimeFault reason) {
        meters.count(RunfluxMeter.RUNTIME_RETRIES, 1, runtime, word(reason));
    }

    void failed(Throwable error) {
        if (error instanceof CircuitOpenException) {
            meters.count(RunfluxMeter.RUNTIME_REJECTIONS, 1, runtime, "circuit_open");
        } else if (error instanceof TooManyCallsException) {
            meters.count(RunfluxMeter.RUNTIME_REJECTIONS, 1, runtime, "too_many_calls");
        }
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
