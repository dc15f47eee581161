// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.util.RaceTestUtils;

class TurnsTest {
    private final Turns<String> turns = new Turns<>();
    private final List<String> log = new CopyOnWriteArrayList<>();

    private Disposable start(String name, Mono<String> work) {
        return turns.run("subject", isCancelled -> begin(name, isCancelled).then(work), this::undo)
                .subscribe(value -> log.add("given " + value), error -> log.add("failed " + name));
    }

    private Mono<Void> begin(String name, BooleanSupplier isCancelled) {
        return Mono.fromRunnable(() -> log.add((isCancelled.getAsBoolean() ? "cancelled " : "begin ") + name));
    }

    private Mono<Void> undo(String value) {
        return Mono.fromRunnable(() -> log.add("undo " + value));
    }

    private void awaitLog(int lines) {
        NetworkFixture.awaitUntil(lines + " lines of the log", () -> log.size() >= lines);
    }

    @Test
    void run_sameSubject_isDoneInOrderAlsoAfterAnError() {
        Sinks.One<String> first = Sinks.one();
        Sinks.One<String> second = Sinks.one();
        start("first", first.asMono());
        start("second", second.asMono());
        start("third", Mono.just("3"));

        assertThat(log).containsExactly("begin first");
        first.tryEmitError(new IllegalStateException("broken"));
        second.tryEmitValue("2");

        awaitLog(6);
        assertThat(log).containsSubsequence("begin first", "begin second", "begin third", "given 3");
        assertThat(log).contains("failed first", "given 2");
    }

    @Test
    void run_otherSubject_doesNotWait() {
        start("first", Mono.never());

        turns.run("other", isCancelled -> Mono.just("1"), this::undo).subscribe(log::add);

        assertThat(log).containsExactly("begin first", "1");
    }

    @Test
    void run_cancelled_isTakenBackBeforeTheNext() {
        Sinks.One<String> first = Sinks.one();
        Disposable running = start("first", first.asMono());
        start("second", Mono.just("2"));

        running.dispose();
        assertThat(log).containsExactly("begin first");
        first.tryEmitValue("1");

        awaitLog(4);
        assertThat(log).containsExactly("begin first", "undo 1", "begin second", "given 2");
    }

    @Test
    void run_cancelledWhileItWaits_isToldSoInItsTurn() {
        Sinks.One<String> first = Sinks.one();
        start("first", first.asMono());
        start("second", Mono.empty()).dispose();

        first.tryEmitValue("1");

        awaitLog(3);
        assertThat(log).containsExactlyInAnyOrder("begin first", "cancelled second", "given 1");
    }

    @Test
    void run_manyThatWereCancelledWhileTheyWaited_endInTurn() {
        Sinks.One<String> first = Sinks.one();
        start("first", first.asMono());
        for (int i = 0; i < 1_000; i++) {
            start("waiting", Mono.empty()).dispose();
        }

        first.tryEmitValue("1");
        start("last", Mono.just("2"));

        awaitLog(1_004);
        assertThat(log).contains("given 1").endsWith("begin last", "given 2");
    }

    /** What a subscriber that has cancelled is given is its own to drop; nothing is lost before that. */
    @Test
    void run_cancelledAtTheMomentOfTheResult_isGivenOrTakenBack() {
        List<Integer> outcomes = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            Sinks.One<String> result = Sinks.one();
            AtomicInteger undone = new AtomicInteger();
            Taker taker = new Taker();
            turns.run("subject", isCancelled -> result.asMono(), value -> Mono.fromRunnable(undone::incrementAndGet))
                    .subscribe(taker);

            RaceTestUtils.race(() -> result.tryEmitValue("1"), taker::cancel);

            outcomes.add(taker.given.get() + undone.get());
        }
        assertThat(outcomes).containsOnly(1);
    }

    private static final class Taker implements CoreSubscriber<String> {
        private final AtomicInteger given = new AtomicInteger();
        private volatile Runnable cancellation = () -> {};

        @Override
        public void onSubscribe(Subscription subscription) {
            cancellation = subscription::cancel;
            subscription.request(1);
        }

        void cancel() {
            cancellation.run();
        }

        @Override
        public void onNext(String value) {
            given.incrementAndGet();
        }

        @Override
        public void onError(Throwable error) {
            throw new AssertionError(error);
        }

        @Override
        public void onComplete() {
            // It has been given what there is.
        }
    }
}
