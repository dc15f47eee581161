// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import static io.runflux.events.Samples.C1;
import static io.runflux.events.Samples.SOON;
import static io.runflux.events.Samples.numbers;
import static io.runflux.events.Samples.publish;
import static io.runflux.events.Samples.started;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.RuntimeEvent.Gap;
import java.lang.ref.WeakReference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.core.scheduler.Schedulers;

/** A hundred subscribers on real threads, of which one does not ask, or does not return. */
class EventLoadTest {
    private static final int SUBSCRIBERS = 100;
    private static final int CONTAINERS = 250;
    private static final int EVENTS = 4 * CONTAINERS;
    private static final int PUBLISHERS = 4;

    private final ExecutorService threads = Executors.newFixedThreadPool(PUBLISHERS);
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void stop() throws InterruptedException {
        release.countDown();
        threads.shutdownNow();
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    /** Keeps what it gets, and waits with the first event for as long as it is told to. */
    private static final class Reader extends BaseSubscriber<EventEnvelope> {
        private final List<EventEnvelope> seen = Collections.synchronizedList(new ArrayList<>());
        private final List<Throwable> errors = new CopyOnWriteArrayList<>();
        private final CountDownLatch gate;
        private final CountDownLatch end = new CountDownLatch(1);

        Reader(CountDownLatch gate) {
            this.gate = gate;
        }

        @Override
        protected void hookOnNext(EventEnvelope envelope) {
            awaitUninterruptibly(gate);
            seen.add(envelope);
        }

        @Override
        protected void hookOnError(Throwable error) {
            errors.add(error);
        }

        @Override
        protected void hookFinally(SignalType signal) {
            end.countDown();
        }

        List<EventEnvelope> awaitEnd() {
            awaitUninterruptibly(end);
            return seen;
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private List<Reader> readers(EventStream stream, int number) {
        List<Reader> readers = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            Reader reader = new Reader(new CountDownLatch(0));
            stream.events().subscribe(reader);
            readers.add(reader);
        }
        return readers;
    }

    private Reader blocked(EventStream stream, SubscribeOptions options) {
        Reader reader = new Reader(release);
        stream.events(options).subscribe(reader);
        return reader;
    }

    private void publishLives(EventStream stream) throws Exception {
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < PUBLISHERS; i++) {
            int first = i;
            running.add(threads.submit(() -> {
                for (int c = first; c < CONTAINERS; c += PUBLISHERS) {
                    publishLife(stream, ContainerId.of("c" + c));
                }
            }));
        }
        for (Future<?> each : running) {
            each.get(20, TimeUnit.SECONDS);
        }
    }

    private static void publishLife(EventStream stream, ContainerId id) {
        stream.publish(new RuntimeEvent.Created(id, "/bundle", 1, "runc"));
        stream.publish(started(id));
        stream.publish(new RuntimeEvent.Exited(id, null, 1, ExitStatus.exited(0), Instant.EPOCH, null));
        stream.publish(new RuntimeEvent.Deleted(id, null, ExitStatus.exited(0), null));
    }

    private static void assertEveryLifeInOrder(List<EventEnvelope> seen) {
        assertThat(seen).extracting(EventEnvelope::sequence).containsExactly(numbers(1, EVENTS));
        for (int c = 0; c < CONTAINERS; c++) {
            ContainerId id = ContainerId.of("c" + c);
            assertThat(seen.stream().filter(e -> id.equals(e.event().containerId())))
                    .extracting(EventEnvelope::topic)
                    .containsExactly(Topic.CREATE, Topic.START, Topic.EXIT, Topic.DELETE);
        }
    }

    @ParameterizedTest
    @EnumSource(OverflowPolicy.class)
    void oneOfAHundred_doesNotReturn_othersGetAllInOrder(OverflowPolicy policy) throws Exception {
        EventStream stream = EventStream.create();
        Reader blocked = blocked(stream, SubscribeOptions.defaults().withOverflow(policy));
        List<Reader> readers = readers(stream, SUBSCRIBERS - 1);
        publishLives(stream);
        stream.dispose();
        List<EventEnvelope> first = readers.get(0).awaitEnd();
        assertEveryLifeInOrder(first);
        assertThat(readers).allSatisfy(reader -> assertThat(reader.awaitEnd()).isEqualTo(first));
        assertThat(blocked.seen).isEmpty();
        release.countDown();
        assertThat(blocked.awaitEnd()).isEqualTo(first);
    }

    @ParameterizedTest
    @EnumSource(OverflowPolicy.class)
    void oneThatDoesNotReturn_beyondTheWindow_losesByItsPolicy(OverflowPolicy policy) throws Exception {
        EventStream stream = EventStream.builder().windowSize(8).build();
        CountDownLatch entered = new CountDownLatch(1);
        Reader blocked = new Reader(release);
        stream.events(SubscribeOptions.defaults().withOverflow(policy))
                .doOnNext(e -> entered.countDown())
                .subscribe(blocked);
        publish(stream, 1);
        awaitUninterruptibly(entered);
        publish(stream, 20);
        stream.dispose();
        release.countDown();
        List<EventEnvelope> seen = blocked.awaitEnd();
        assertThat(seen.get(0).sequence()).isEqualTo(1);
        if (policy == OverflowPolicy.FAIL) {
            assertThat(blocked.errors).singleElement().isInstanceOf(EventsLostException.class);
            assertThat(seen).hasSize(1);
        } else {
            assertThat(seen.get(1).event()).isEqualTo(new Gap(2, 13, Gap.Reason.NOT_KEPT));
            assertThat(seen.subList(2, seen.size()))
                    .extracting(EventEnvelope::sequence)
                    .containsExactly(numbers(14, 21));
        }
    }

    @Test
    void moreThatDoNotReturnThanWorkers_publisherGoesOnAndAllGetAllLater() throws Exception {
        EventStream stream =
                EventStream.builder().deliverOn(EventThreads.SCHEDULER, 3).build();
        Semaphore entered = new Semaphore(0);
        List<Reader> blocked = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Reader reader = new Reader(release);
            stream.events().doOnNext(e -> entered.release()).subscribe(reader);
            blocked.add(reader);
        }
        publish(stream, 1);
        assertThat(entered.tryAcquire(3, 10, TimeUnit.SECONDS)).isTrue();
        publish(stream, 99);
        assertThat(entered.availablePermits()).isZero();
        stream.dispose();
        release.countDown();
        assertThat(blocked).allSatisfy(reader -> assertThat(reader.awaitEnd())
                .extracting(EventEnvelope::sequence)
                .containsExactly(numbers(1, 100)));
    }

    @Test
    void subscribers_areCalledOnThreadsOfTheirOwn() {
        EventStream stream = EventStream.create();
        List<String> names = new CopyOnWriteArrayList<>();
        Reader reader = new Reader(new CountDownLatch(0));
        stream.events()
                .doOnNext(e -> names.add(Thread.currentThread().getName()))
                .subscribe(reader);
        publish(stream, 1);
        stream.disposeLater(SOON).block(SOON);
        assertThat(names).singleElement().asString().startsWith("runflux-events-");
    }

    /** The guard of blocking calls is what fails. */
    @Test
    void publish_onAThreadThatMustNotBlock_doesNot() {
        EventStream stream = EventStream.create();
        List<Reader> readers = readers(stream, 3);
        Mono.fromRunnable(() -> publish(stream, 500))
                .subscribeOn(Schedulers.parallel())
                .then(stream.disposeLater(SOON))
                .block(SOON);
        assertThat(readers).allSatisfy(reader -> assertThat(reader.awaitEnd()).hasSize(500));
    }

    @Test
    void memory_withStalledSubscribersOfEachPolicy_isTheWindowsAlone() {
        int windowSize = 64;
        EventStream stream = EventStream.builder().windowSize(windowSize).build();
        for (OverflowPolicy policy : OverflowPolicy.values()) {
            SubscribeOptions options = SubscribeOptions.defaults().withOverflow(policy);
            blocked(stream, options);
            stream.events(options).subscribe(new Stalled());
        }
        List<WeakReference<EventEnvelope>> published = new ArrayList<>();
        for (int i = 0; i < 100 * windowSize; i++) {
            published.add(new WeakReference<>(stream.publish(started(C1))));
        }
        assertThat(awaitAtMost(published, windowSize + OverflowPolicy.values().length))
                .isTrue();
        stream.dispose();
    }

    private static boolean awaitAtMost(List<WeakReference<EventEnvelope>> published, int kept) {
        long deadline = System.nanoTime() + SOON.toNanos();
        boolean isMet = false;
        while (!isMet && System.nanoTime() - deadline < 0) {
            System.gc();
            isMet = published.stream().filter(each -> each.get() != null).count() <= kept;
            LockSupport.parkNanos(1_000_000);
        }
        return isMet;
    }

    private static final class Stalled extends BaseSubscriber<EventEnvelope> {
        @Override
        protected void hookOnSubscribe(Subscription subscription) {}

        @Override
        protected void hookOnError(Throwable error) {
            assertThat(error).isInstanceOf(EventsLostException.class);
        }
    }
}
