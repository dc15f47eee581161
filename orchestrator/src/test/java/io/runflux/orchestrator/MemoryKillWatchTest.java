// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class MemoryKillWatchTest {
    private static final ExitStatus KILLED = ExitStatus.signaled(Signal.KILL);
    private static final Duration INTERVAL = MemoryKillWatch.INTERVAL;
    private static final Duration AT_ONCE = Duration.ofSeconds(5);

    private final List<String> log = new ArrayList<>();
    private final Sinks.One<ExitStatus> exit = Sinks.one();
    private Mono<Long> count = Mono.just(0L);
    private int looks;

    private Mono<ExitStatus> watch() {
        MemoryKillCounter counter = () -> Mono.defer(() -> {
            looks++;
            return count;
        });
        MemoryKillWatch watch =
                Objects.requireNonNull(MemoryKillWatch.open(counter, INTERVAL).block(AT_ONCE));
        return watch.before(exit.asMono(), Mono.fromRunnable(() -> log.add("oom")))
                .doOnNext(status -> log.add("exit"));
    }

    private void countIs(long value) {
        count = Mono.just(value);
    }

    private void end() {
        exit.tryEmitValue(KILLED).orThrow();
    }

    @Test
    void before_nothingWasKilled_passesOnTheExit() {
        StepVerifier.withVirtualTime(this::watch)
                .thenAwait(INTERVAL.multipliedBy(3))
                .then(this::end)
                .expectNext(KILLED)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(log).containsExactly("exit");
    }

    @Test
    void before_killedJustBeforeTheExit_tellsItFirst() {
        StepVerifier.withVirtualTime(this::watch)
                .then(() -> countIs(1))
                .then(this::end)
                .expectNext(KILLED)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(log).containsExactly("oom", "exit");
    }

    @Test
    void before_childIsKilled_tellsItWhileTheContainerRuns() {
        StepVerifier.withVirtualTime(this::watch)
                .then(() -> countIs(1))
                .thenAwait(INTERVAL)
                .then(() -> assertThat(log).containsExactly("oom"))
                .thenAwait(INTERVAL)
                .then(() -> countIs(3))
                .thenAwait(INTERVAL)
                .then(this::end)
                .expectNext(KILLED)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(log).containsExactly("oom", "oom", "exit");
    }

    @Test
    void before_groupHadKillsAtTheBeginning_theyAreNotItsOwn() {
        countIs(7);

        StepVerifier.withVirtualTime(this::watch)
                .then(this::end)
                .expectNext(KILLED)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(log).containsExactly("exit");
    }

    @Test
    void before_lookHangs_holdsUpTheExitForItsLimitOnly() {
        StepVerifier.withVirtualTime(this::watch)
                .then(() -> count = Mono.never())
                .then(this::end)
                .expectNoEvent(MemoryKillWatch.LOOK_LIMIT.minusMillis(1))
                .thenAwait(Duration.ofMillis(1))
                .expectNext(KILLED)
                .expectComplete()
                .verify(AT_ONCE);
    }

    @Test
    void before_lookFails_isTriedAgain() {
        StepVerifier.withVirtualTime(this::watch)
                .then(() -> count = Mono.error(new IOException("gone")))
                .thenAwait(INTERVAL)
                .then(() -> countIs(1))
                .then(this::end)
                .expectNext(KILLED)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(log).containsExactly("oom", "exit");
    }

    @Test
    void before_groupHasGoneAtTheExit_passesOnTheExit() {
        StepVerifier.withVirtualTime(this::watch)
                .then(() -> count = Mono.error(new IOException("gone")))
                .then(this::end)
                .expectNext(KILLED)
                .expectComplete()
                .verify(AT_ONCE);
    }

    /** A look that is under way is finished, and its kill told, before the exit is. */
    @Test
    void before_exitDuringALook_waitsForIt() {
        Sinks.One<Long> slow = Sinks.one();

        StepVerifier.withVirtualTime(this::watch)
                .then(() -> count = slow.asMono())
                .thenAwait(INTERVAL)
                .then(this::end)
                .then(() -> assertThat(log).isEmpty())
                .then(() -> slow.tryEmitValue(1L).orThrow())
                .expectNext(KILLED)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(log).containsExactly("oom", "exit");
    }

    @Test
    void before_looksAreSlow_doNotPileUp() {
        StepVerifier.withVirtualTime(this::watch)
                .then(() -> count = Mono.never())
                .thenAwait(INTERVAL.multipliedBy(20))
                .then(this::end)
                .thenAwait(MemoryKillWatch.LOOK_LIMIT.multipliedBy(4))
                .expectNext(KILLED)
                .expectComplete()
                .verify(AT_ONCE);
    }

    @Test
    void before_exitFails_fails() {
        StepVerifier.withVirtualTime(this::watch)
                .then(() -> exit.tryEmitError(new IllegalStateException("lost")).orThrow())
                .expectErrorMessage("lost")
                .verify(AT_ONCE);
    }

    @Test
    void before_cancelled_looksNoMore() {
        StepVerifier.withVirtualTime(() -> watch().takeUntilOther(Mono.delay(INTERVAL.plusMillis(1))))
                .thenAwait(INTERVAL.multipliedBy(9))
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(looks).isEqualTo(2);
    }

    @Test
    void open_cannotCount_isEmpty() {
        StepVerifier.create(MemoryKillWatch.open(() -> Mono.error(new IOException("gone")), INTERVAL))
                .expectComplete()
                .verify(AT_ONCE);
    }
}
