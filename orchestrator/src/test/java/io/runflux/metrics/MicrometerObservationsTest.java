// SPDX-License-Identifier: Apache-2.0
package io.runflux.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.runflux.events.ContainerId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class MicrometerObservationsTest {
    private static final Duration AT_ONCE = Duration.ofSeconds(5);
    private static final ObservedOperation LAUNCH =
            new ObservedOperation(RunfluxMeter.ORCHESTRATION, List.of("launch"), ContainerId.of("c1"));
    private static final ObservedOperation CREATE =
            new ObservedOperation(RunfluxMeter.RUNTIME_COMMAND, List.of("runc", "create"), ContainerId.of("c1"));

    private final ObservationRegistry registry = ObservationRegistry.create();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final OperationObserver observer = MicrometerObservations.of(registry);

    MicrometerObservationsTest() {
        registry.observationConfig().observationHandler(new Recording());
    }

    @Test
    void observe_nested_liesWithinTheOther() {
        Mono<String> work = observer.observe(LAUNCH, observer.observe(CREATE, Mono.just("done")));
        assertThat(log).isEmpty();

        StepVerifier.create(work).expectNext("done").expectComplete().verify(AT_ONCE);

        assertThat(log)
                .containsExactly(
                        "start launch in null",
                        "start runc create in launch",
                        "stop runc create [operation=create, outcome=success, runtime=runc] c1",
                        "stop launch [operation=launch, outcome=success] c1");
    }

    @Test
    void observe_failure_isToldWithItsError() {
        StepVerifier.create(observer.observe(LAUNCH, Mono.error(new IllegalStateException("why"))))
                .expectErrorMessage("why")
                .verify(AT_ONCE);

        assertThat(log)
                .containsExactly("start launch in null", "stop launch [operation=launch, outcome=failure] c1 why");
    }

    @Test
    void observe_cancelled_ends() {
        StepVerifier.create(observer.observe(LAUNCH, Mono.never())).thenCancel().verify(AT_ONCE);

        assertThat(log).endsWith("stop launch [operation=launch, outcome=cancelled] c1");
    }

    @Test
    void observe_handlerThatThrows_isNobodyElsesTrouble() {
        registry.observationConfig().observationHandler(new Recording() {
            @Override
            public void onStart(Observation.Context context) {
                throw new IllegalStateException("broken");
            }
        });

        StepVerifier.create(observer.observe(LAUNCH, Mono.just(1)))
                .expectNext(1)
                .expectComplete()
                .verify(AT_ONCE);
    }

    @Test
    void operation_ofAMeterThatIsNoObservation_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ObservedOperation(RunfluxMeter.LAUNCH, List.of(), null))
                .withMessage("meter must be an observation, was LAUNCH");
    }

    private class Recording implements ObservationHandler<Observation.Context> {
        @Override
        public void onStart(Observation.Context context) {
            var parent = context.getParentObservation();
            log.add("start " + context.getContextualName() + " in "
                    + (parent == null ? null : parent.getContextView().getContextualName()));
        }

        @Override
        public void onStop(Observation.Context context) {
            List<String> keys = context.getLowCardinalityKeyValues().stream()
                    .map(each -> each.getKey() + "=" + each.getValue())
                    .toList();
            var id = context.getHighCardinalityKeyValue("runflux.container.id");
            Throwable error = context.getError();
            log.add("stop " + context.getContextualName() + " " + keys + " " + (id == null ? "" : id.getValue())
                    + (error == null ? "" : " " + error.getMessage()));
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }
}
