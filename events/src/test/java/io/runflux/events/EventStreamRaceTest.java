// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import static io.runflux.events.Samples.C1;
import static io.runflux.events.Samples.SOON;
import static io.runflux.events.Samples.numbers;
import static io.runflux.events.Samples.publish;
import static io.runflux.events.Samples.started;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.RuntimeEvent.Gap;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.util.RaceTestUtils;

/** Real threads: what the promises of order and of completeness are worth under contention. */
class EventStreamRaceTest {
    private static final int PUBLISHERS = 4;
    private static final int EACH = 5_000;
    private static final int ALL = PUBLISHERS * EACH;

    private final ExecutorService threads = Executors.newFixedThreadPool(PUBLISHERS);
    private final Scheduler readers = Schedulers.newParallel("event-readers", 2);

    @AfterEach
    void stop() throws InterruptedException {
        threads.shutdownNow();
        readers.dispose();
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    private static EventStream stream(int windowSize) {
        return EventStream.builder().windowSize(windowSize).build();
    }

    private void publishFromAllThreads(EventStream stream) throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < PUBLISHERS; i++) {
            running.add(threads.submit(() -> {
                start.await();
                publish(stream, EACH);
                return null;
            }));
        }
        start.countDown();
        for (Future<?> each : running) {
            each.get(30, TimeUnit.SECONDS);
        }
    }

    private static Mono<List<EventEnvelope>> connect(Flux<EventEnvelope> events) {
        Mono<List<EventEnvelope>> all = events.collectList().cache();
        all.subscribe(seen -> {}, error -> {});
        return all;
    }

    private static List<EventEnvelope> await(Mono<List<EventEnvelope>> all) {
        return Objects.requireNonNull(all.block(SOON));
    }

    private static void assertComplete(List<EventEnvelope> seen) {
        assertThat(seen.stream().map(EventEnvelope::sequence).toList()).isEqualTo(List.of(numbers(1, ALL)));
    }

    @ParameterizedTest
    @EnumSource(OverflowPolicy.class)
    void publish_manyThreads_allSubscribersSeeOneOrder(OverflowPolicy policy) throws Exception {
        EventStream stream = stream(ALL);
        SubscribeOptions options =
                SubscribeOptions.defaults().withOverflow(policy).withBufferSize(ALL);
        List<Mono<List<EventEnvelope>>> all = List.of(
                connect(stream.events(options)),
                connect(stream.events(options).publishOn(readers)),
                connect(stream.events(options).limitRate(7).publishOn(readers, 3)));
        publishFromAllThreads(stream);
        stream.dispose();
        List<EventEnvelope> first = await(all.get(0));
        assertComplete(first);
        assertThat(await(all.get(1))).isEqualTo(first);
        assertThat(await(all.get(2))).isEqualTo(first);
    }

    @ParameterizedTest
    @EnumSource(OverflowPolicy.class)
    void publish_manyThreadsEndlessDemand_neverOverflowsTheSmallestBuffer(OverflowPolicy policy) throws Exception {
        EventStream stream = stream(ALL);
        SubscribeOptions options =
                SubscribeOptions.defaults().withOverflow(policy).withBufferSize(1);
        Mono<List<EventEnvelope>> all = connect(stream.events(options));
        publishFromAllThreads(stream);
        stream.dispose();
        assertComplete(await(all));
    }

    @ParameterizedTest
    @EnumSource(
            value = OverflowPolicy.class,
            names = {"DROP", "WAIT"})
    void slowReaders_smallWindow_everyNumberIsDeliveredOrNamed(OverflowPolicy policy) throws Exception {
        EventStream stream = stream(64);
        SubscribeOptions options =
                SubscribeOptions.defaults().withOverflow(policy).withBufferSize(16);
        Mono<List<EventEnvelope>> slow =
                connect(stream.events(options).limitRate(2).publishOn(readers, 1));
        publishFromAllThreads(stream);
        stream.dispose();
        assertNothingIsSilentlyLost(await(slow));
    }

    private static void assertNothingIsSilentlyLost(List<EventEnvelope> seen) {
        long next = 1;
        for (EventEnvelope envelope : seen) {
            long first = envelope.event() instanceof Gap gap ? gap.from() : envelope.sequence();
            assertThat(first).isEqualTo(next);
            next = envelope.sequence() + 1;
        }
        assertThat(next).isEqualTo(ALL + 1);
    }

    @RepeatedTest(10)
    void from_whileOthersPublish_handsOverWithoutLossOrRepetition() throws Exception {
        EventStream stream = stream(ALL);
        List<Mono<List<EventEnvelope>>> late = new ArrayList<>();
        Future<?> subscribing = threads.submit(() -> {
            for (int i = 0; i < 20; i++) {
                late.add(connect(
                        stream.events(SubscribeOptions.defaults().from(1).withBufferSize(ALL))));
            }
        });
        publishFromAllThreads(stream);
        subscribing.get(10, TimeUnit.SECONDS);
        stream.dispose();
        late.forEach(each -> assertComplete(await(each)));
    }

    @Test
    void subscribe_racingWithPublish_neverMissesWhatFollows() {
        for (int i = 0; i < 2_000; i++) {
            EventStream stream = stream(16);
            List<Mono<List<EventEnvelope>>> all = new ArrayList<>();
            RaceTestUtils.race(
                    () -> all.add(
                            connect(stream.events(SubscribeOptions.defaults().from(1)))),
                    () -> publish(stream, 2),
                    stream::epoch);
            stream.dispose();
            assertThat(await(all.get(0))).extracting(EventEnvelope::sequence).containsExactly(1L, 2L);
        }
    }

    @Test
    void cancel_racingWithPublish_releasesThePlace() {
        for (int i = 0; i < 2_000; i++) {
            DefaultEventStream stream = Samples.stream(4);
            Disposable subscription = stream.events().subscribe();
            RaceTestUtils.race(subscription::dispose, () -> stream.publish(started(C1)));
            assertThat(stream.subscribers()).isZero();
        }
    }

    @Test
    void dispose_racingWithPublish_completesOnce() {
        for (int i = 0; i < 500; i++) {
            EventStream stream = stream(4);
            Mono<Long> count = stream.events().count().cache();
            count.subscribe();
            RaceTestUtils.race(stream::dispose, stream::dispose);
            StepVerifier.create(count).expectNext(0L).expectComplete().verify(SOON);
        }
    }
}
