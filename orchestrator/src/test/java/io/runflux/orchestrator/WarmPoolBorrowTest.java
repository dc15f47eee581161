// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.WarmPoolScene.ready;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.oci.ContainerStatus;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.RuntimeUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class WarmPoolBorrowTest {
    private static final Duration WORK = Duration.ofSeconds(1);

    private final WarmPoolScene scene = new WarmPoolScene();

    @AfterEach
    void close() {
        scene.close();
    }

    private static WarmContainer borrow(WarmPool pool) {
        return pool.borrow().blockOptional(AT_ONCE).orElseThrow();
    }

    @Test
    void pool_untouched_createsNothing() {
        WarmPool pool = scene.pool(ready(3));
        pool.borrow();
        pool.warmUp();

        assertThat(scene.containers()).isEmpty();
    }

    @Test
    void warmUp_empty_completesWhenAllAreReady() {
        WarmPool pool = scene.warm(ready(3));

        assertThat(pool.status()).isEqualTo(new WarmPoolStatus(3, 0, 0, 0, 0));
        assertThat(scene.containers()).hasSize(3).allMatch(id -> id.matches("web(-[0-9a-z]+){5}"));
    }

    @Test
    void borrow_oneIsReady_startsThatAndRefillsBehindIt() {
        WarmPool pool = scene.warm(ready(1));

        WarmContainer borrowed = borrow(pool);

        assertThat(borrowed.info().status()).isEqualTo(ContainerStatus.RUNNING);
        assertThat(scene.log()).containsExactly("create", "start", "create");
        assertThat(pool.status()).isEqualTo(new WarmPoolStatus(1, 0, 1, 0, 0));
    }

    @Test
    void borrow_severalReady_startsTheOldest() {
        WarmPool pool = scene.warm(ready(3));
        List<String> ids = scene.containers();

        assertThat(Flux.range(0, 3)
                        .map(i -> borrow(pool).id().value())
                        .collectList()
                        .block(AT_ONCE))
                .isEqualTo(ids);
    }

    @Test
    void borrow_empty_createsOneForIt() {
        WarmPool pool = scene.pool(ready(2));

        WarmContainer borrowed = borrow(pool);

        assertThat(scene.log()).startsWith("create", "start").hasSize(4);
        assertThat(borrowed.info().status()).isEqualTo(ContainerStatus.RUNNING);
        assertThat(pool.status()).isEqualTo(new WarmPoolStatus(2, 0, 1, 0, 0));
    }

    @Test
    void borrow_sixtyFourAtOnce_getOneEachAndThereAreNeverTooMany() {
        WarmPool pool = scene.warm(ready(8, 16, 64));

        StepVerifier.create(Flux.range(0, 64)
                        .flatMap(
                                i -> pool.withContainer(
                                        container -> Mono.delay(WORK).thenReturn(container.id())),
                                64)
                        .distinct()
                        .count())
                .then(() -> scene.advance(WORK.multipliedBy(4)))
                .expectNext(64L)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(scene.peak()).isLessThanOrEqualTo(8 + 16);
        assertThat(pool.status()).isEqualTo(new WarmPoolStatus(8, 0, 0, 0, 0));
        assertThat(scene.containers()).hasSize(8);
    }

    @Test
    void borrow_allAreBorrowed_waitsUntilOneIsRemoved() {
        WarmPool pool = scene.warm(ready(1, 1, 1));
        WarmContainer first = borrow(pool);

        StepVerifier.create(pool.borrow())
                .expectSubscription()
                .then(() -> assertThat(pool.status().waiting()).isEqualTo(1))
                .then(() -> first.remove().block(AT_ONCE))
                .expectNextCount(1)
                .expectComplete()
                .verify(AT_ONCE);
        assertThat(scene.has(first.id())).isFalse();
    }

    @Test
    void borrow_waitedTooLong_saysSo() {
        WarmPool pool = scene.warm(ready(1, 1, 1));
        borrow(pool);

        StepVerifier.create(pool.borrow())
                .then(() -> scene.advance(Duration.ofSeconds(30)))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(TooManyBorrowersException.class)
                        .hasMessage("waited PT30S for one of 1 borrowed containers of pool web to be given up;"
                                + " nothing was started"))
                .verify(AT_ONCE);
    }

    @Test
    void borrow_lineIsFull_saysSoAtOnce() {
        WarmPool pool = scene.warm(ready(1, 1, 1));
        borrow(pool);
        Disposable waiting = pool.borrow().subscribe();

        StepVerifier.create(pool.borrow())
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(TooManyBorrowersException.class)
                        .hasMessage("1 containers of pool web are borrowed and 1 borrowers wait, and no more may;"
                                + " nothing was started"))
                .verify(AT_ONCE);
        waiting.dispose();
    }

    @Test
    void borrow_cancelledInLine_leavesIt() {
        WarmPool pool = scene.warm(ready(1, 1, 1));
        WarmContainer first = borrow(pool);

        pool.borrow().subscribe().dispose();
        first.remove().block(AT_ONCE);

        assertThat(pool.status()).isEqualTo(new WarmPoolStatus(1, 0, 0, 0, 0));
        assertThat(scene.calls("start")).isEqualTo(1);
    }

    @Test
    void borrow_cancelledWhileOneIsCreatedForIt_startsNothingAndRemovesIt() {
        WarmPool pool = scene.pool(ready(1, 1, 1));
        Sinks.Empty<Void> creation = Sinks.empty();
        scene.runtime().before("create", creation.asMono());
        Disposable borrower = pool.borrow().subscribe();

        borrower.dispose();
        assertThat(pool.status().borrowed()).isEqualTo(1);
        creation.tryEmitEmpty();

        assertThat(scene.log()).containsExactly("create", "delete force", "create");
        assertThat(pool.status()).isEqualTo(new WarmPoolStatus(1, 0, 0, 0, 0));
        assertThat(scene.containers()).hasSize(1);
    }

    @Test
    void borrow_cancelledWhileItIsStarted_removesIt() {
        WarmPool pool = scene.warm(ready(1));
        Sinks.Empty<Void> start = Sinks.empty();
        scene.runtime().before("start", start.asMono());
        Disposable borrower = pool.borrow().subscribe();

        borrower.dispose();
        start.tryEmitEmpty();

        assertThat(scene.log()).contains("delete force").doesNotContain("start cancelled");
        assertThat(pool.status()).isEqualTo(new WarmPoolStatus(1, 0, 0, 0, 0));
        assertThat(scene.containers()).hasSize(1);
    }

    @Test
    void borrow_readyOneIsGone_getsTheNext() {
        WarmPool pool = scene.warm(ready(2));
        List<String> ids = scene.containers();
        scene.runtime()
                .delete(ContainerId.of(ids.get(0)), DeleteOptions.defaults().withForce(true))
                .block(AT_ONCE);

        WarmContainer borrowed = borrow(pool);

        assertThat(borrowed.id()).hasToString(ids.get(1));
        assertThat(pool.status()).isEqualTo(new WarmPoolStatus(2, 0, 1, 0, 0));
    }

    @Test
    void borrow_allReadyAreGone_getsOneThatIsCreatedForIt() {
        WarmPool pool = scene.warm(ready(3));
        scene.containers().forEach(id -> scene.runtime()
                .delete(ContainerId.of(id), DeleteOptions.defaults().withForce(true))
                .block(AT_ONCE));

        WarmContainer borrowed = borrow(pool);

        assertThat(scene.has(borrowed.id())).isTrue();
        assertThat(pool.status()).isEqualTo(new WarmPoolStatus(3, 0, 1, 0, 0));
    }

    @Test
    void borrow_startFails_tellsThatAndLeavesNothing() {
        WarmPool pool = scene.warm(ready(1));
        scene.runtime().before("start", Mono.error(new RuntimeUnavailableException("gone", null)));

        StepVerifier.create(pool.borrow()).expectErrorMessage("gone").verify(AT_ONCE);

        assertThat(pool.status()).isEqualTo(new WarmPoolStatus(1, 0, 0, 0, 0));
        assertThat(scene.containers()).hasSize(1);
    }

    @Test
    void borrow_emptyAndCreationFails_tellsThat() {
        WarmPool pool = scene.pool(ready(1));
        scene.runtime().before("create", Mono.error(new RuntimeUnavailableException("gone", null)));

        StepVerifier.create(pool.borrow()).expectErrorMessage("gone").verify(AT_ONCE);

        assertThat(pool.status().borrowed()).isZero();
    }

    @Test
    void withContainer_worked_removesBeforeItTells() {
        WarmPool pool = scene.warm(ready(1));
        AtomicReference<ContainerId> id = new AtomicReference<>();

        String result = pool.withContainer(container -> {
                    id.set(container.id());
                    return Mono.just("done").filter(done -> scene.has(container.id()));
                })
                .block(AT_ONCE);

        assertThat(result).isEqualTo("done");
        assertThat(scene.containers()).doesNotContain(String.valueOf(id.get()));
        assertThat(pool.status().borrowed()).isZero();
    }

    @Test
    void withContainer_workThrows_removesAndTells() {
        WarmPool pool = scene.warm(ready(1));

        StepVerifier.create(pool.withContainer(container -> {
                    throw new IllegalArgumentException("no");
                }))
                .expectErrorMessage("no")
                .verify(AT_ONCE);

        assertThat(scene.containers()).hasSize(1);
        assertThat(pool.status()).isEqualTo(new WarmPoolStatus(1, 0, 0, 0, 0));
    }

    @Test
    void withContainer_cancelled_removes() {
        WarmPool pool = scene.warm(ready(1));

        pool.withContainer(container -> Mono.never()).subscribe().dispose();

        assertThat(scene.containers()).hasSize(1);
        assertThat(pool.status()).isEqualTo(new WarmPoolStatus(1, 0, 0, 0, 0));
    }

    @Test
    void withContainer_handedOff_isKeptAndCountsNoMore() {
        WarmPool pool = scene.warm(ready(1));

        ContainerInfo kept = pool.withContainer(WarmContainer::handOff)
                .blockOptional(AT_ONCE)
                .orElseThrow();
        pool.disposeLater().block(AT_ONCE);

        assertThat(scene.containers()).containsExactly(kept.id().value());
        assertThat(pool.status().borrowed()).isZero();
    }

    @Test
    void handOff_removed_isRefused() {
        WarmContainer borrowed = borrow(scene.warm(ready(1)));
        borrowed.remove().block(AT_ONCE);

        StepVerifier.create(borrowed.handOff())
                .expectErrorMessage("container " + borrowed.id() + " was removed")
                .verify(AT_ONCE);
    }

    @Test
    void remove_goneAlready_isFine() {
        WarmPool pool = scene.warm(ready(1));
        WarmContainer borrowed = borrow(pool);
        scene.orchestrator()
                .remove(borrowed.id(), DeleteOptions.defaults().withForce(true))
                .block(AT_ONCE);

        borrowed.remove().block(AT_ONCE);
        borrowed.remove().block(AT_ONCE);

        assertThat(pool.status()).isEqualTo(new WarmPoolStatus(1, 0, 0, 0, 0));
    }

    @Test
    void remove_fails_countsNoMoreAndMayBeRepeated() {
        WarmPool pool = scene.warm(ready(1));
        WarmContainer borrowed = borrow(pool);
        scene.runtime().before("delete force", GuardScene.failing(1, new RuntimeUnavailableException("gone", null)));

        StepVerifier.create(borrowed.remove()).expectErrorMessage("gone").verify(AT_ONCE);
        assertThat(pool.status().borrowed()).isZero();
        borrowed.remove().block(AT_ONCE);

        assertThat(scene.has(borrowed.id())).isFalse();
    }
}
