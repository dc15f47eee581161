// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.util.function.Tuple2;

/** Where work with files runs. */
class BlockingTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Mono<Thread> WORK = Blocking.call(Thread::currentThread);

    @Test
    void call_inNoChain_runsOnElasticWorker() {
        StepVerifier.create(WORK)
                .assertNext(thread -> assertThat(thread.getName()).startsWith("boundedElastic-"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void call_followsInChain_staysOnThread() {
        Mono<Tuple2<Thread, Thread>> both = Blocking.chain(WORK.zipWhen(first -> WORK));

        StepVerifier.create(both)
                .assertNext(threads -> assertThat(threads.getT1()).isSameAs(threads.getT2()))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void call_followsInLargerChain_staysOnThread() {
        Mono<Tuple2<Thread, Thread>> both = Blocking.chain(Blocking.chain(WORK).zipWhen(first -> Blocking.chain(WORK)));

        StepVerifier.create(both)
                .assertNext(threads -> assertThat(threads.getT1()).isSameAs(threads.getT2()))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void call_followsChainOfAnother_changesThread() {
        Mono<Tuple2<Thread, Thread>> both = Blocking.chain(WORK).zipWhen(first -> Blocking.chain(WORK));

        StepVerifier.create(both)
                .assertNext(threads -> assertThat(threads.getT1()).isNotSameAs(threads.getT2()))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void call_followsUnchainedWork_changesThread() {
        Mono<Tuple2<Thread, Thread>> both =
                Blocking.chain(WORK.zipWhen(first -> Blocking.unchained(Blocking.chain(WORK))));

        StepVerifier.create(both)
                .assertNext(threads -> assertThat(threads.getT1()).isNotSameAs(threads.getT2()))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void call_afterAnotherThreadInChain_runsOnElasticWorker() {
        Mono<Thread> last = Blocking.chain(WORK.publishOn(Schedulers.parallel()).flatMap(first -> WORK));

        StepVerifier.create(last)
                .assertNext(thread -> assertThat(thread.getName()).startsWith("boundedElastic-"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    /** What hangs in one operation must not hold up the next, which whoever takes the first one's value begins. */
    @Test
    void call_hangsInOperationBegunByTaker_holdsUpNoOther() {
        CountDownLatch released = new CountDownLatch(1);
        AtomicReference<String> seen = new AtomicReference<>("nothing");
        Mono<Void> hung = Blocking.chain(Blocking.run(() -> await(released)));
        Mono<Void> other = Blocking.chain(Blocking.run(() -> seen.set("the other")));

        StepVerifier.create(Blocking.chain(WORK).flatMap(first -> Mono.firstWithSignal(hung, other)))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(seen).hasValue("the other");
        released.countDown();
    }

    @Test
    void run_failsInChain_failsAsUnchecked() {
        Mono<Void> failing = Blocking.chain(WORK.then(Blocking.run(() -> {
            throw new IOException("gone");
        })));

        StepVerifier.create(failing)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(UncheckedIOException.class)
                        .hasRootCauseMessage("gone"))
                .verify(TIMEOUT);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
