// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

import io.runflux.events.ExitStatus;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Which commands go wrong: of each name one way at a time. */
final class Failpoints {
    private final Map<String, Failpoint> points = new ConcurrentHashMap<>();
    private final Scheduler clock;

    Failpoints(Scheduler clock) {
        this.clock = clock;
    }

    void set(String command, Failpoint failpoint) {
        points.put(command, failpoint);
    }

    void clear() {
        points.clear();
    }

    private @Nullable Failpoint take(String command) {
        Failpoint[] taken = new Failpoint[1];
        points.computeIfPresent(command, (name, failpoint) -> {
            taken[0] = failpoint;
            return failpoint.next();
        });
        return taken[0];
    }

    Mono<ExitStatus> pass(String name, Call call, Function<Call, Mono<ExitStatus>> work) {
        Failpoint failpoint = take(name);
        if (failpoint == null) {
            return work.apply(call);
        }
        return switch (failpoint.kind()) {
            case DELAY ->
                Mono.delay(failpoint.delay(), clock)
                        .publishOn(Schedulers.boundedElastic())
                        .flatMap(tick -> work.apply(call));
            case FAIL -> Mono.error(failpoint::toFailure);
            case HANG -> Mono.never();
            case TRUNCATE, GARBAGE -> work.apply(call.with(failpoint));
        };
    }
}
