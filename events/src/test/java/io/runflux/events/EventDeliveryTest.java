// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import static io.runflux.events.Samples.SOON;
import static io.runflux.events.Samples.numbers;
import static io.runflux.events.Samples.publish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.runflux.testing.Incidents;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Workers that come when the test lets them: who is called when, and by whom. */
class EventDeliveryTest {
    private static final SubscribeOptions DEFAULTS = SubscribeOptions.defaults();

    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final Scheduler byHand = Schedulers.fromExecutor(this::accept);
    private boolean isRefusing;

    private void accept(Runnable task) {
        if (isRefusing) {
            throw new RejectedExecutionException("full");
        }
        tasks.add(task);
    }

    private EventStream stream(int workers) {
        return EventStream.builder().deliverOn(byHand, workers).build();
    }

    private void runOne() {
        tasks.remove().run();
    }

    private void runAll() {
        while (!tasks.isEmpty()) {
            runOne();
        }
    }

    private static List<Long> record(EventStream stream, SubscribeOptions options) {
        List<Long> seen = new ArrayList<>();
        stream.events(options).subscribe(e -> seen.add(e.sequence()));
        return seen;
    }

    @Test
    void publish_nobodySubscribed_callsNoWorker() {
        publish(stream(4), 10);
        assertThat(tasks).isEmpty();
    }

    @Test
    void publish_manySubscribers_callsOneWorkerAndDeliversNothingItself() {
        EventStream stream = stream(4);
        List<List<Long>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(record(stream, DEFAULTS));
        }
        runAll();
        publish(stream, 3);
        assertThat(tasks).hasSize(1);
        assertThat(all).allMatch(List::isEmpty);
        runOne();
        assertThat(all).allSatisfy(seen -> assertThat(seen).containsExactly(1L, 2L, 3L));
        stream.dispose();
        runAll();
    }

    @Test
    void worker_beforeItCallsASubscriber_callsAnotherForThoseThatWait() {
        EventStream stream = stream(2);
        List<Long> second = new ArrayList<>();
        stream.events().subscribe(e -> runOne());
        stream.events().subscribe(e -> second.add(e.sequence()));
        runAll();
        publish(stream, 1);
        runOne();
        assertThat(second).containsExactly(1L);
        assertThat(tasks).isEmpty();
    }

    @Test
    void workers_allAtWork_takeInTheEndWhatCameMeanwhile() {
        EventStream stream = stream(1);
        List<Long> second = new ArrayList<>();
        stream.events().subscribe(e -> {
            publish(stream, e.sequence() < 3 ? 1 : 0);
            assertThat(tasks).isEmpty();
        });
        stream.events().subscribe(e -> second.add(e.sequence()));
        runAll();
        publish(stream, 1);
        runOne();
        assertThat(second).containsExactly(numbers(1, 3));
    }

    @Test
    void turn_ofALongReplay_endsSoThatOthersGetTheirs() {
        EventStream stream = stream(1);
        publish(stream, 1000);
        List<Long> latest = new ArrayList<>();
        List<Integer> behind = new ArrayList<>();
        List<Long> replay = record(stream, DEFAULTS.from(1));
        stream.events().subscribe(e -> {
            latest.add(e.sequence());
            behind.add(replay.size());
        });
        publish(stream, 1);
        runAll();
        assertThat(latest).containsExactly(1001L);
        assertThat(behind.get(0)).isBetween(1, 999);
        assertThat(replay).containsExactly(numbers(1, 1001));
    }

    @Test
    void request_fromOutside_isServedByAWorker() {
        EventStream stream = stream(1);
        StepVerifier.create(stream.events().map(EventEnvelope::sequence), 0)
                .then(this::runAll)
                .then(() -> publish(stream, 1))
                .then(this::runAll)
                .thenRequest(1)
                .then(() -> assertThat(tasks).hasSize(1))
                .then(this::runAll)
                .expectNext(1L)
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void scheduler_refuses_endsThoseThatWaitAndNotThePublisher() {
        EventStream stream = stream(4);
        List<Throwable> errors = new ArrayList<>();
        stream.events().subscribe(e -> {}, errors::add);
        runAll();
        isRefusing = true;
        publish(stream, 1);
        assertThat(errors).singleElement().isInstanceOf(RejectedExecutionException.class);
        StepVerifier.create(stream.events())
                .expectError(RejectedExecutionException.class)
                .verify(SOON);
        assertThat(Incidents.take()).isNotEmpty().allMatch(incident -> incident.contains("full"));
        isRefusing = false;
        List<Long> next = record(stream, DEFAULTS);
        publish(stream, 1);
        runAll();
        assertThat(next).containsExactly(2L);
    }

    @Test
    void disposeLater_waitsForWhatIsNotDeliveredYet() {
        EventStream stream = stream(2);
        List<Long> seen = record(stream, DEFAULTS);
        publish(stream, 2);
        StepVerifier.create(stream.disposeLater(SOON))
                .then(() -> assertThat(seen).isEmpty())
                .then(this::runAll)
                .expectComplete()
                .verify(SOON);
        assertThat(seen).containsExactly(1L, 2L);
    }

    @Test
    void disposeLater_nobodySubscribed_completesAtOnce() {
        StepVerifier.create(stream(1).disposeLater(Duration.ZERO))
                .expectComplete()
                .verify(SOON);
    }

    @Test
    void disposeLater_subscriberStalled_completesAtTheLimitAndLetsItReadOn() {
        EventStream stream = Samples.stream(4);
        publish(stream, 1);
        Duration limit = Duration.ofSeconds(3);
        StepVerifier.create(stream.events(DEFAULTS.from(1)).map(EventEnvelope::sequence), 0)
                .then(() -> StepVerifier.withVirtualTime(() -> stream.disposeLater(limit))
                        .expectSubscription()
                        .expectNoEvent(limit.minusMillis(1))
                        .thenAwait(Duration.ofMillis(1))
                        .expectComplete()
                        .verify(SOON))
                .thenRequest(2)
                .expectNext(1L)
                .expectComplete()
                .verify(SOON);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> stream.disposeLater(Duration.ofMillis(-1)))
                .withMessage("duration must not be negative, was PT-0.001S");
    }

    @Test
    void deliverOn_numberOutOfBounds_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventStream.builder().deliverOn(byHand, 0))
                .withMessage("workers must be from 1 to 1024, was 0");
    }
}
