// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import static io.runflux.events.Samples.C1;
import static io.runflux.events.Samples.SOON;
import static io.runflux.events.Samples.paused;
import static io.runflux.events.Samples.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.runflux.events.Followed.Next;
import io.runflux.events.Followed.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The state is a count: no event lost and none twice is a count that is right. */
class EventSnapshotTest {
    private static final SubscribeOptions DEFAULTS = SubscribeOptions.defaults();

    private final DefaultEventStream stream = Samples.stream(16);

    /** Changed under the stream's lock alone, and so by no means atomic itself. */
    private int count;

    private void count(EventStream target, int times) {
        for (int i = 0; i < times; i++) {
            target.publish(started(C1), null, () -> count++);
        }
    }

    private Snapshot<Integer> snapshot(int state, long sequence) {
        return new Snapshot<>(state, new EventCursor(stream.epoch(), sequence));
    }

    private Flux<Object> follow(SubscribeOptions options) {
        return stream.snapshotThenFollow(() -> count, options).map(EventSnapshotTest::numberOrSnapshot);
    }

    private static Object numberOrSnapshot(Followed<Integer> followed) {
        return followed instanceof Next<Integer> next ? next.envelope().sequence() : followed;
    }

    @Test
    void snapshot_holdsWhatWasPublishedAndItsPlace() {
        assertThat(stream.snapshot(() -> count)).isEqualTo(snapshot(0, 0));
        count(stream, 3);
        assertThat(stream.snapshot(() -> count)).isEqualTo(snapshot(3, 3));
    }

    @Test
    void publish_changeThrows_publishesNothing() {
        assertThatIllegalStateException()
                .isThrownBy(() -> stream.publish(started(C1), null, () -> {
                    throw new IllegalStateException("full");
                }))
                .withMessage("full");
        assertThat(stream.lastSequence()).isZero();
    }

    @Test
    void publish_refused_makesNoChange() {
        assertThatIllegalArgumentException().isThrownBy(() -> stream.publish(started(C1), "", () -> count++));
        stream.dispose();
        assertThatIllegalStateException().isThrownBy(() -> count(stream, 1));
        assertThat(count).isZero();
    }

    @Test
    void publish_changePublishesItself_numbersItFirst() {
        EventEnvelope outer = stream.publish(started(C1), null, () -> stream.publish(paused(C1)));
        assertThat(outer.sequence()).isEqualTo(2);
        StepVerifier.create(stream.events(DEFAULTS.from(1)).map(EventEnvelope::event))
                .expectNext(paused(C1), started(C1))
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void follow_goesOnRightBehindTheSnapshot() {
        count(stream, 20);
        StepVerifier.create(follow(DEFAULTS))
                .expectNext(snapshot(20, 20))
                .then(() -> count(stream, 2))
                .expectNext(21L, 22L)
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void follow_snapshotTakenLongBeforeItIsAskedFor_losesNothing() {
        StepVerifier.create(follow(DEFAULTS), 0)
                .then(() -> count(stream, 2))
                .thenRequest(3)
                .expectNext(snapshot(0, 0), 1L, 2L)
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void follow_wherever_theOptionsBegin_startsAtTheSnapshot() {
        count(stream, 2);
        StepVerifier.create(follow(DEFAULTS.from("before", 1)))
                .expectNext(snapshot(2, 2))
                .then(() -> count(stream, 1))
                .expectNext(3L)
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void follow_filtered_followsWithWhatPasses() {
        SubscribeOptions options = DEFAULTS.withFilter(EventFilter.all().withTopics("/tasks/paused"));
        StepVerifier.create(follow(options))
                .expectNext(snapshot(0, 0))
                .then(() -> count(stream, 1))
                .then(() -> stream.publish(paused(C1)))
                .expectNext(2L)
                .thenCancel()
                .verify(SOON);
    }

    @Test
    void follow_gap_isANewSnapshot() {
        StepVerifier.create(follow(DEFAULTS.withOverflow(OverflowPolicy.DROP).withBufferSize(2)), 1)
                .expectNext(snapshot(0, 0))
                .then(() -> count(stream, 30))
                .thenRequest(1)
                .expectNext(snapshot(30, 30))
                .then(() -> count(stream, 1))
                .thenRequest(1)
                .expectNext(31L)
                .thenCancel()
                .verify(SOON);
        assertThat(stream.subscribers()).isZero();
    }

    @Test
    void follow_tooSlowUnderFail_fails() {
        StepVerifier.create(follow(DEFAULTS.withBufferSize(2)), 1)
                .expectNext(snapshot(0, 0))
                .thenRequest(1)
                .then(() -> count(stream, 1))
                .expectNext(1L)
                .then(() -> count(stream, 3))
                .expectError(EventsLostException.class)
                .verify(SOON);
    }

    @Test
    void follow_disposed_completes() {
        StepVerifier.create(follow(DEFAULTS))
                .expectNext(snapshot(0, 0))
                .then(stream::dispose)
                .expectComplete()
                .verify(SOON);
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 4096})
    void follow_whileOthersPublish_alwaysCountsRight(int windowSize) throws Exception {
        EventStream busy = EventStream.builder().windowSize(windowSize).build();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        List<Mono<Integer>> totals = new ArrayList<>();
        List<Future<?>> publishing = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            publishing.add(threads.submit(() -> count(busy, 4_000)));
        }
        for (int i = 0; i < 40; i++) {
            totals.add(connectToTotal(busy));
        }
        for (Future<?> each : publishing) {
            each.get(30, TimeUnit.SECONDS);
        }
        busy.dispose();
        assertThat(totals).allSatisfy(total -> assertThat(total.block(SOON)).isEqualTo(12_000));
        threads.shutdown();
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    private Mono<Integer> connectToTotal(EventStream busy) {
        SubscribeOptions options = DEFAULTS.withOverflow(OverflowPolicy.WAIT);
        Mono<Integer> total = busy.snapshotThenFollow(() -> count, options)
                .reduce(0, EventSnapshotTest::add)
                .cache();
        total.subscribe();
        return total;
    }

    private static int add(int before, Followed<Integer> followed) {
        return followed instanceof Snapshot<Integer> snapshot ? Objects.requireNonNull(snapshot.state()) : before + 1;
    }
}
