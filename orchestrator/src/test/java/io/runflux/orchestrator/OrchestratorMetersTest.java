// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.GuardScene.busy;
import static io.runflux.orchestrator.GuardScene.failing;
import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.Scene.BUNDLE;
import static io.runflux.orchestrator.Scene.ID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.runflux.events.ContainerId;
import io.runflux.events.EventFilter;
import io.runflux.events.ExitStatus;
import io.runflux.events.OverflowPolicy;
import io.runflux.events.RuntimeEvent;
import io.runflux.events.Signal;
import io.runflux.events.SubscribeOptions;
import io.runflux.metrics.MeterRecorder;
import io.runflux.metrics.ObservedOperation;
import io.runflux.metrics.OperationObserver;
import io.runflux.metrics.PrometheusMeters;
import io.runflux.metrics.RunfluxMeter;
import io.runflux.oci.OciProcess;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.RuntimeUnavailableException;
import io.runflux.stdio.StdioUri;
import io.runflux.stdio.UpstreamIo;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.test.StepVerifier;

class OrchestratorMetersTest {
    private final Scene scene = new Scene();
    private final PrometheusMeters meters = PrometheusMeters.create();
    private final EmbeddedOrchestrator orchestrator =
            scene.builder().meters(meters).build();

    @AfterEach
    void close() {
        scene.close();
    }

    private List<String> samples() {
        return meters.text().lines().filter(line -> !line.startsWith("#")).toList();
    }

    private void launch() {
        orchestrator.launch(LaunchRequest.bundle(ID, BUNDLE)).block(AT_ONCE);
    }

    @Test
    void launch_toItsRemoval_countsCallsTimesAndEvents() {
        launch();
        assertThat(samples())
                .contains(
                        "runflux_containers{status=\"running\"} 1",
                        "runflux_containers{status=\"created\"} 0",
                        "runflux_container_launch_seconds_count 1",
                        "runflux_operation_seconds_count{operation=\"launch\",outcome=\"success\"} 1",
                        "runflux_runtime_call_seconds_count{runtime=\"fake\",operation=\"create\",outcome=\"success\"} 1",
                        "runflux_runtime_call_seconds_count{runtime=\"fake\",operation=\"start\",outcome=\"success\"} 1");

        orchestrator.pause(ID).block(AT_ONCE);
        assertThat(samples()).contains("runflux_containers{status=\"paused\"} 1");
        orchestrator.resume(ID).block(AT_ONCE);
        scene.runtime().end(ID, ExitStatus.exited(3));
        orchestrator.waitFor(ID).block(AT_ONCE);
        assertThat(samples()).contains("runflux_containers{status=\"stopped\"} 1");
        orchestrator.remove(ID, DeleteOptions.defaults()).block(AT_ONCE);

        assertThat(samples())
                .contains(
                        "runflux_containers{status=\"stopped\"} 0",
                        "runflux_container_lifetime_seconds_count{outcome=\"nonzero\"} 1",
                        "runflux_events_published_total{topic=\"/tasks/create\"} 1",
                        "runflux_events_published_total{topic=\"/tasks/paused\"} 1",
                        "runflux_events_published_total{topic=\"/tasks/delete\"} 1");
    }

    @Test
    void exec_toItsEnd_isTimedApart() {
        launch();
        Mono<ExecReport> exec = orchestrator.exec(ExecRequest.of(ID, OciProcess.of(List.of("true"))));
        StepVerifier.create(exec)
                .then(() -> scene.runtime().execs().get(0).end(ExitStatus.signaled(Signal.KILL)))
                .expectNextCount(1)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(samples())
                .contains(
                        "runflux_exec_lifetime_seconds_count{outcome=\"signal\"} 1",
                        "runflux_operation_seconds_count{operation=\"exec\",outcome=\"success\"} 1")
                .noneMatch(line -> line.startsWith("runflux_container_lifetime"));
    }

    @Test
    void questions_areTimedByTheirNames() {
        launch();
        assertThatThrownBy(() -> orchestrator.processes(ID).blockLast(AT_ONCE));
        assertThatThrownBy(() -> orchestrator.top(ID, TopOptions.defaults()).block(AT_ONCE));

        assertThat(samples())
                .contains(
                        "runflux_operation_seconds_count{operation=\"processes\",outcome=\"failure\"} 1",
                        "runflux_operation_seconds_count{operation=\"top\",outcome=\"failure\"} 1");
    }

    @Test
    void operation_thatFails_isCountedAsThat() {
        assertThatThrownBy(() -> orchestrator.pause(ContainerId.of("nobody")).block(AT_ONCE));

        assertThat(samples())
                .contains(
                        "runflux_operation_seconds_count{operation=\"pause\",outcome=\"failure\"} 1",
                        "runflux_runtime_call_seconds_count{runtime=\"fake\",operation=\"state\",outcome=\"refused\"} 1");
    }

    @Test
    void operation_thatIsCancelled_isCountedAsThat() {
        launch();
        StepVerifier.create(orchestrator.waitFor(ID)).thenCancel().verify(AT_ONCE);

        assertThat(samples()).contains("runflux_operation_seconds_count{operation=\"wait\",outcome=\"cancelled\"} 1");
    }

    @Test
    void retry_isCountedByItsReason() {
        launch();
        scene.runtime().before("pause", failing(1, busy()));

        orchestrator.pause(ID).block(AT_ONCE);

        assertThat(samples())
                .contains(
                        "runflux_runtime_retries_total{runtime=\"fake\",reason=\"busy\"} 1",
                        "runflux_runtime_call_seconds_count{runtime=\"fake\",operation=\"pause\",outcome=\"busy\"} 1",
                        "runflux_runtime_call_seconds_count{runtime=\"fake\",operation=\"pause\",outcome=\"success\"} 1");
    }

    @Test
    void breaker_thatOpens_isToldWithWhatItRefuses() {
        scene.runtime().before("create", Mono.error(new RuntimeUnavailableException("it is missing", null)));
        assertThat(samples()).contains("runflux_runtime_breaker_state{runtime=\"fake\"} 0");

        for (int number = 0; number < 10; number++) {
            LaunchRequest request = LaunchRequest.bundle(ContainerId.of("c" + number), BUNDLE);
            StepVerifier.create(orchestrator.launch(request)).expectError().verify(AT_ONCE);
        }

        assertThat(samples())
                .contains("runflux_runtime_breaker_state{runtime=\"fake\"} 2")
                .anyMatch(line -> line.matches(
                        "runflux_runtime_rejections_total\\{runtime=\"fake\",reason=\"circuit_open\"} [1-9]"))
                .noneMatch(line -> line.startsWith("runflux_container_launch"));
    }

    @Test
    void call_underWay_holdsAPlace() {
        launch();
        scene.runtime().before("pause", Mono.never());
        Disposable pausing = orchestrator.pause(ID).subscribe();

        assertThat(samples())
                .contains(
                        "runflux_runtime_calls_active{runtime=\"fake\",lane=\"beginning\"} 1",
                        "runflux_runtime_calls_active{runtime=\"fake\",lane=\"clearing\"} 0",
                        "runflux_runtime_calls_waiting{runtime=\"fake\",lane=\"beginning\"} 0",
                        "runflux_runtime_calls_limit{runtime=\"fake\",lane=\"beginning\"} 100");
        pausing.dispose();
    }

    @Test
    void subscriber_thatIsTooSlow_isCountedWithWhatItMisses() {
        SubscribeOptions options =
                SubscribeOptions.defaults().withOverflow(OverflowPolicy.DROP).withBufferSize(1);
        StepVerifier.create(orchestrator.events(options), 0)
                .then(() -> assertThat(samples()).contains("runflux_events_subscribers 1"))
                .then(this::launch)
                .then(() -> orchestrator.pause(ID).block(AT_ONCE))
                .thenRequest(1)
                .expectNextMatches(envelope -> envelope.event() instanceof RuntimeEvent.Gap)
                .thenCancel()
                .verify(AT_ONCE);

        assertThat(samples())
                .contains(
                        "runflux_events_gaps_total{reason=\"overflow\"} 1",
                        "runflux_events_lost_total{reason=\"overflow\"} 2",
                        "runflux_events_subscribers 0");
    }

    @Test
    void subscriber_thatFails_isCountedWithWhatItMisses() {
        SubscribeOptions options = SubscribeOptions.defaults()
                .withFilter(EventFilter.all())
                .withOverflow(OverflowPolicy.FAIL)
                .withBufferSize(1);
        StepVerifier.create(orchestrator.events(options), 0)
                .then(this::launch)
                .expectError()
                .verify(AT_ONCE);

        assertThat(samples()).contains("runflux_events_gaps_total{reason=\"failed\"} 1");
    }

    @Test
    void log_isWatchedUntilItIsClosed() {
        AtomicLong lost = new AtomicLong();
        UpstreamIo log = new OrchestratorMeters(meters, OperationObserver.noOp()).log(new CountedLog(lost));
        lost.set(5);
        assertThat(samples()).contains("runflux_log_lost_bytes_total{target=\"null\"} 5");

        log.close().block(AT_ONCE);
        lost.set(9);

        assertThat(samples()).contains("runflux_log_lost_bytes_total{target=\"null\"} 5");
    }

    @Test
    void disposal_endsGauges() {
        launch();

        orchestrator.disposeLater().block(AT_ONCE);

        assertThat(samples())
                .contains(
                        "runflux_containers{status=\"running\"} 0",
                        "runflux_runtime_calls_limit{runtime=\"fake\",lane=\"beginning\"} 0");
    }

    @Test
    void recorderThatThrows_harmsNothing() {
        EmbeddedOrchestrator other = scene.builder().meters(new Broken()).build();

        StepVerifier.create(other.launch(LaunchRequest.bundle(ID, BUNDLE)))
                .expectNextCount(1)
                .expectComplete()
                .verify(AT_ONCE);
        StepVerifier.create(other.remove(ID, DeleteOptions.defaults().withForce(true)))
                .expectComplete()
                .verify(AT_ONCE);
    }

    /** What is off stands in nobody's way: there is nothing of it to be measured. */
    @Test
    void nobodyListens_nothingIsWrapped() {
        OrchestratorMeters none = OrchestratorMeters.none();
        Mono<String> work = Mono.just("work");

        assertThat(scene.orchestrator()).isExactlyInstanceOf(DefaultOrchestrator.class);
        assertThat(none.timed(work, (nanos, outcome, error) -> {})).isSameAs(work);
        assertThat(new RuntimeMeters(none, "fake").attempt(RuntimeCall.CREATE, ID, work))
                .isSameAs(work);
        assertThat(none.events(scene.orchestrator().eventStream()))
                .isSameAs(scene.orchestrator().eventStream());
    }

    @Test
    void observer_isToldOfOperationsAndTheCallsWithinThem() {
        List<String> observed = new CopyOnWriteArrayList<>();
        EmbeddedOrchestrator other = scene.builder()
                .observe(new OperationObserver() {
                    @Override
                    public <T> Mono<T> observe(ObservedOperation operation, Mono<T> work) {
                        return work.doFirst(() -> observed.add(operation.words() + " " + operation.containerId()));
                    }
                })
                .build();

        other.launch(LaunchRequest.bundle(ID, BUNDLE)).block(AT_ONCE);

        assertThat(observed).startsWith("launch c1").contains("fake create c1", "fake start c1");
    }

    /** Loses as many bytes as it is told. */
    private record CountedLog(AtomicLong lost) implements UpstreamIo {
        @Override
        public StdioUri uri() {
            return StdioUri.nowhere();
        }

        @Override
        public boolean isTerminal() {
            return false;
        }

        @Override
        public ByteBufFlux stdin() {
            throw new AssertionError("no input is asked for");
        }

        @Override
        public Mono<Void> sendStdout(Publisher<? extends ByteBuf> source) {
            return Mono.empty();
        }

        @Override
        public Mono<Void> sendStderr(Publisher<? extends ByteBuf> source) {
            return Mono.empty();
        }

        @Override
        public long lostBytes() {
            return lost.get();
        }

        @Override
        public Mono<Void> closeStdin() {
            return Mono.empty();
        }

        @Override
        public Mono<Void> close() {
            return Mono.empty();
        }
    }

    private static final class Broken implements MeterRecorder {
        @Override
        public void count(RunfluxMeter meter, long amount, String... tagValues) {
            throw new IllegalStateException("broken");
        }

        @Override
        public void time(RunfluxMeter meter, long nanos, String... tagValues) {
            throw new IllegalStateException("broken");
        }

        @Override
        public Disposable watch(RunfluxMeter meter, LongSupplier value, String... tagValues) {
            throw new IllegalStateException("broken");
        }
    }
}
