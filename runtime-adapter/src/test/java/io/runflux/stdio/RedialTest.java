// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.runflux.process.OutboundStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class RedialTest {
    private final List<Long> dials = new ArrayList<>();
    private VirtualTimeScheduler time = VirtualTimeScheduler.create();

    @BeforeEach
    void setUp() {
        time = VirtualTimeScheduler.getOrSet();
    }

    @AfterEach
    void tearDown() {
        VirtualTimeScheduler.reset();
    }

    private Mono<Void> redial(Duration timeout, Function<Integer, Mono<Void>> outcome) {
        Redial redial = new Redial("test", timeout, Redial.GONE, () -> time.now(TimeUnit.NANOSECONDS));
        Mono<Void> dial = Mono.defer(() -> {
            dials.add(time.now(TimeUnit.MILLISECONDS));
            return outcome.apply(dials.size());
        });
        return redial.whilst(IllegalStateException.class::isInstance, dial);
    }

    @Test
    void whilst_nobodyThere_dialsAtOnceAndThenEverMoreSlowly() {
        StepVerifier.create(redial(Duration.ZERO, n -> Mono.error(new IllegalStateException())))
                .expectSubscription()
                .then(() -> assertThat(dials).containsExactly(0L))
                .then(() -> time.advanceTimeBy(Duration.ofDays(1)))
                .thenCancel()
                .verify(LogScene.TIMEOUT);

        double expected = 200;
        for (int i = 1; i < dials.size(); i++) {
            double wait = dials.get(i) - dials.get(i - 1);
            assertThat(wait).isBetween(Math.floor(expected * 0.5), Math.min(60_000, Math.ceil(expected * 1.5)));
            expected = Math.min(expected * 1.5, 60_000);
        }
        assertThat(dials).hasSizeGreaterThan(24 * 60);
    }

    @Test
    void whilst_longOutage_spreadsTheLongestWaitsAsWell() {
        StepVerifier.create(redial(Duration.ZERO, n -> Mono.error(new IllegalStateException())))
                .expectSubscription()
                .then(() -> time.advanceTimeBy(Duration.ofDays(1)))
                .thenCancel()
                .verify(LogScene.TIMEOUT);

        List<Long> longest = IntStream.range(100, dials.size())
                .mapToObj(i -> dials.get(i) - dials.get(i - 1))
                .toList();
        assertThat(longest).hasSizeGreaterThan(1_000).allMatch(wait -> wait >= 30_000 && wait <= 60_000);
        for (int begin = 30_000; begin < 60_000; begin += 10_000) {
            int from = begin;
            assertThat(longest.stream().filter(wait -> wait >= from && wait < from + 10_000))
                    .hasSizeGreaterThan(longest.size() / 4);
        }
        assertThat(longest.stream().filter(wait -> wait == 60_000)).hasSizeLessThan(10);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 100",
        "0, 0.5, 200",
        "0, 1, 300",
        "1, 0.5, 300",
        "14, 0, 29193",
        "14, 1, 60000",
        "15, 0, 30000",
        "15, 0.5, 45000",
        "15, 1, 60000",
        "100000, 0.5, 45000"
    })
    void waitMillis_isBoundedAndThenSpread(int before, double luck, long expected) {
        assertThat(Redial.waitMillis(before, 60_000, luck)).isEqualTo(expected);
    }

    @Test
    void found_peerThatGoesAtOnce_isDialledEverMoreSlowly() {
        Redial redial = new Redial("test", Duration.ZERO, Redial.GONE, () -> time.now(TimeUnit.NANOSECONDS));
        Mono<Void> peer = Mono.fromRunnable(() -> {
            dials.add(time.now(TimeUnit.MILLISECONDS));
            redial.found();
        });
        Mono<Void> visits = redial.whilst(IllegalStateException.class::isInstance, peer);

        StepVerifier.create(visits.repeat(4))
                .expectSubscription()
                .then(() -> time.advanceTimeBy(Duration.ofSeconds(5)))
                .expectComplete()
                .verify(LogScene.TIMEOUT);
        assertThat(dials.get(0)).isZero();
        assertThat(dials.get(4) - dials.get(3)).isBetween(337L, 1_013L);
        time.advanceTimeBy(Redial.STAY);
        StepVerifier.create(visits).expectComplete().verify(LogScene.TIMEOUT);
        assertThat(dials).endsWith(time.now(TimeUnit.MILLISECONDS)).hasSize(6);
    }

    @Test
    void open_streamComesWhenItIsCancelled_isReleased() {
        LateStream late = new LateStream();
        Redial redial = new Redial("test", Duration.ZERO, Redial.GONE, System::nanoTime);
        Mono<OutboundStream> dial = Mono.fromDirect(subscriber -> {
            late.subscriber = subscriber;
            subscriber.onSubscribe(late);
        });

        redial.open(error -> true, dial).subscribe().dispose();

        assertThat(late.isReleased).isTrue();
    }

    /** Was on its way when nobody wanted it any more. */
    private static final class LateStream implements OutboundStream, Subscription {
        private Subscriber<? super OutboundStream> subscriber = Operators.emptySubscriber();
        private boolean isReleased;

        @Override
        public void request(long n) {
            // comes later
        }

        @Override
        public void cancel() {
            subscriber.onNext(this);
        }

        @Override
        public Mono<Void> write(ByteBuf buffer) {
            return Mono.never();
        }

        @Override
        public Mono<Long> release() {
            isReleased = true;
            return Mono.just(0L);
        }
    }

    @Test
    void whilst_timeIsUp_dialsOnceMoreAndFailsAsThat() {
        StepVerifier.create(redial(Duration.ofSeconds(30), n -> Mono.error(new IllegalStateException("dial " + n))))
                .expectSubscription()
                .then(() -> time.advanceTimeBy(Duration.ofMillis(29_999)))
                .then(() -> assertThat(dials).allMatch(at -> at < 30_000))
                .then(() -> time.advanceTimeBy(Duration.ofMillis(1)))
                .expectErrorSatisfies(error -> assertThat(error).hasMessage("dial " + dials.size()))
                .verify(LogScene.TIMEOUT);

        assertThat(dials).endsWith(30_000L);
    }

    @Test
    void whilst_somebodyComes_completes() {
        StepVerifier.create(redial(
                        Duration.ofSeconds(30), n -> n < 4 ? Mono.error(new IllegalStateException()) : Mono.empty()))
                .then(() -> time.advanceTimeBy(Duration.ofSeconds(10)))
                .expectComplete()
                .verify(LogScene.TIMEOUT);

        assertThat(dials).hasSize(4);
    }

    @Test
    void whilst_hopeless_failsAtOnce() {
        StepVerifier.create(redial(Duration.ZERO, n -> Mono.error(new IllegalArgumentException())))
                .expectError(IllegalArgumentException.class)
                .verify(LogScene.TIMEOUT);
    }
}
