// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.AT_ONCE;

import io.runflux.runtime.OciRuntime;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.util.RaceTestUtils;

/** By the real clock, since the two who race must be threads of their own. */
class GuardedRuntimeRaceTest {
    private final FakeOciRuntime fake = new FakeOciRuntime(line -> {});
    private final OciRuntime runtime = new GuardedRuntime(
            fake,
            GuardOptions.defaults().withBulkhead(new GuardOptions.Bulkhead(1, 1, 10, Duration.ofSeconds(30))),
            OrchestratorMeters.none(),
            GuardClock.system());

    @Test
    void info_cancelRacesWithItsTurn_losesNoPlace() {
        for (int round = 0; round < 200; round++) {
            Sinks.Empty<Void> gate = Sinks.empty();
            fake.before("info", gate.asMono());
            subscribe(runtime.info());
            Disposable waiting = subscribe(runtime.info());

            RaceTestUtils.race(gate::tryEmitEmpty, waiting::dispose);

            StepVerifier.create(runtime.info())
                    .expectNextCount(1)
                    .expectComplete()
                    .verify(AT_ONCE);
        }
    }

    private static Disposable subscribe(Mono<?> call) {
        return call.subscribe(value -> {}, error -> {});
    }
}
