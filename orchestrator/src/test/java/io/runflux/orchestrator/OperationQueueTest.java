// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.util.RaceTestUtils;

class OperationQueueTest {
    private static final ContainerId ID = ContainerId.of("c1");
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int ROUNDS = 300;
    private static final int MANY = 20_000;

    private final OperationQueue queue = new OperationQueue(ID);
    private final List<String> log = new CopyOnWriteArrayList<>();

    private Mono<Void> note(String line) {
        return Mono.fromRunnable(() -> log.add(line));
    }

    private Mono<Void> waiting(String line, Sinks.Empty<Void> end) {
        return note(line).then(end.asMono());
    }

    @Test
    void inTurn_notSubscribedTo_doesNothing() {
        queue.inTurn(note("one"));

        assertThat(log).isEmpty();
    }

    @Test
    void inTurn_nobodyBefore_isDoneAtOnceAndTellsWhatCameOfIt() {
        StepVerifier.create(queue.inTurn(Mono.just(1)))
                .expectNext(1)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void inTurn_oneIsUnderWay_waitsForItsEnd() {
        Sinks.Empty<Void> end = Sinks.empty();
        queue.inTurn(waiting("one", end)).subscribe();
        queue.inTurn(note("two")).subscribe();
        queue.inTurn(note("three")).subscribe();

        assertThat(log).containsExactly("one");
        end.tryEmitEmpty();
        assertThat(log).containsExactly("one", "two", "three");
    }

    @Test
    void inTurn_oneFails_isToldAndTheNextIsDone() {
        Sinks.Empty<Void> end = Sinks.empty();
        StepVerifier first = StepVerifier.create(queue.inTurn(waiting("one", end)))
                .expectErrorMessage("no luck")
                .verifyLater();
        queue.inTurn(note("two")).subscribe();

        end.tryEmitError(new IllegalStateException("no luck"));

        first.verify(LIMIT);
        assertThat(log).containsExactly("one", "two");
    }

    @Test
    void inTurn_whatCameOfIt_isToldBeforeTheNextBegins() {
        Sinks.Empty<Void> end = Sinks.empty();
        queue.inTurn(waiting("one", end)).doOnSuccess(done -> log.add("told")).subscribe();
        queue.inTurn(note("two")).subscribe();

        end.tryEmitEmpty();

        assertThat(log).containsExactly("one", "told", "two");
    }

    @Test
    void inTurn_whoIsToldWaitsForAnother_isNotHeldUp() {
        Sinks.Empty<Void> end = Sinks.empty();
        queue.inTurn(waiting("one", end)).subscribe();
        queue.inTurn(Mono.error(new IllegalStateException("no luck")))
                .subscribe(nothing -> {}, error -> queue.inTurn(note("three")).block(LIMIT));
        queue.inTurn(note("two")).subscribe();

        end.tryEmitEmpty();

        assertThat(log).containsExactly("one", "two", "three");
    }

    @Test
    void inTurn_cancelledInLine_isNeverDone() {
        Sinks.Empty<Void> end = Sinks.empty();
        queue.inTurn(waiting("one", end)).subscribe();
        Disposable second = queue.inTurn(note("two")).subscribe();
        queue.inTurn(note("three")).subscribe();

        second.dispose();
        end.tryEmitEmpty();

        assertThat(log).containsExactly("one", "three");
    }

    @Test
    void inTurn_cancelledUnderWay_isLetRunToItsEndAndTheNextWaits() {
        Sinks.Empty<Void> end = Sinks.empty();
        Disposable first = queue.inTurn(waiting("one", end).then(note("done"))).subscribe();
        queue.inTurn(note("two")).subscribe();

        first.dispose();
        assertThat(log).containsExactly("one");
        end.tryEmitEmpty();

        assertThat(log).containsExactly("one", "done", "two");
    }

    @Test
    void inTurn_moreThanTheBound_isRefusedUntilOneHasGone() {
        Sinks.Empty<Void> end = Sinks.empty();
        queue.inTurn(waiting("one", end)).subscribe();
        Disposable second = queue.inTurn(note("two")).subscribe();
        for (int i = 2; i < OperationQueue.CAPACITY; i++) {
            queue.inTurn(note("more")).subscribe();
        }

        StepVerifier.create(queue.inTurn(note("too many")))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(TooManyOperationsException.class)
                        .hasMessage("64 operations on container c1 wait already"))
                .verify(LIMIT);
        second.dispose();
        queue.inTurn(note("last")).subscribe();
        end.tryEmitEmpty();

        assertThat(log).hasSize(OperationQueue.CAPACITY).endsWith("last").doesNotContain("two", "too many");
    }

    @Test
    void next_othersAreInLine_isDoneBeforeThemHoweverMany() {
        Sinks.Empty<Void> end = Sinks.empty();
        queue.inTurn(waiting("one", end)).subscribe();
        for (int i = 1; i < OperationQueue.CAPACITY; i++) {
            queue.inTurn(note("more")).subscribe();
        }
        queue.next(note("end")).subscribe();

        end.tryEmitEmpty();

        assertThat(log).startsWith("one", "end", "more");
    }

    @Test
    void inTurn_operationAsksForAnother_isDoneAfterIt() {
        queue.inTurn(note("one")
                        .then(Mono.fromRunnable(() -> queue.inTurn(note("two")).subscribe()))
                        .then(note("still one")))
                .subscribe();

        assertThat(log).containsExactly("one", "still one", "two");
    }

    @Test
    void inTurn_context_reachesTheOperation() {
        Mono<String> named = Mono.deferContextual(context -> Mono.just(context.<String>get("trace")));

        StepVerifier.create(queue.inTurn(named).contextWrite(context -> context.put("trace", "t1")))
                .expectNext("t1")
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void inTurn_moreThanAStackHolds_areDoneOneAfterAnother() {
        Sinks.Empty<Void> end = Sinks.empty();
        queue.inTurn(end.asMono()).subscribe();
        AtomicInteger done = new AtomicInteger();
        subscribeOn(done);

        end.tryEmitEmpty();

        assertThat(done).hasValue(MANY);
    }

    /** Each has the next come while it is under way. */
    private void subscribeOn(AtomicInteger done) {
        queue.inTurn(Mono.fromRunnable(() -> {
                    if (done.incrementAndGet() < MANY) {
                        subscribeOn(done);
                    }
                }))
                .subscribe();
    }

    @Test
    void inTurn_fromManyThreads_neverTwoAtOnceAndNoneIsLost() {
        AtomicInteger atOnce = new AtomicInteger();
        Mono<Integer> operation =
                Mono.fromSupplier(atOnce::incrementAndGet).doOnNext(count -> atOnce.decrementAndGet());

        List<Integer> counts = Flux.range(0, ROUNDS)
                .flatMap(i -> queue.inTurn(operation).subscribeOn(Schedulers.parallel()), OperationQueue.CAPACITY)
                .collectList()
                .blockOptional(LIMIT)
                .orElseThrow();

        assertThat(counts).hasSize(ROUNDS).containsOnly(1);
    }

    @Test
    void inTurn_cancelRacesWithItsTurn_theNextIsDoneAndTheBoundIsKept() {
        for (int round = 0; round < ROUNDS; round++) {
            OperationQueue raced = new OperationQueue(ID);
            Sinks.Empty<Void> end = Sinks.empty();
            AtomicInteger done = new AtomicInteger();
            raced.inTurn(end.asMono()).subscribe();
            Disposable second = raced.inTurn(Mono.empty()).subscribe();
            raced.inTurn(Mono.fromRunnable(done::incrementAndGet)).subscribe();

            RaceTestUtils.race(end::tryEmitEmpty, second::dispose);

            assertThat(done).hasValue(1);
            List<Throwable> refusals = new CopyOnWriteArrayList<>();
            for (int i = 0; i < OperationQueue.CAPACITY; i++) {
                raced.inTurn(Mono.never()).subscribe(nothing -> {}, refusals::add);
            }
            assertThat(refusals).isEmpty();
            StepVerifier.create(raced.inTurn(Mono.empty()))
                    .expectError(TooManyOperationsException.class)
                    .verify(LIMIT);
        }
    }
}
