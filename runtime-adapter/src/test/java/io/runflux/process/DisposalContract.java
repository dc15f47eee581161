// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import static io.runflux.process.LauncherFixture.TIMEOUT;
import static io.runflux.process.LauncherFixture.exitOf;
import static io.runflux.process.LauncherFixture.sh;
import static io.runflux.process.LauncherFixture.sleeper;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** How a launcher ends. */
interface DisposalContract extends LauncherFixture {
    @Test
    default void disposeLater_nothingRuns_completes() {
        StepVerifier.create(launcher().disposeLater(TIMEOUT)).expectComplete().verify(TIMEOUT);
    }

    @Test
    default void disposeLater_processesObeyTerm_endByIt() {
        List<RunningProcess> processes =
                Stream.generate(() -> launch(sleeper())).limit(5).toList();
        StepVerifier.create(launcher().disposeLater(TIMEOUT)).expectComplete().verify(TIMEOUT.dividedBy(2));
        assertThat(processes)
                .allSatisfy(process -> assertThat(exitOf(process)).isEqualTo(ExitStatus.signaled(Signal.TERM)));
    }

    @Test
    default void disposeLater_processIgnoresTerm_isKilledAfterGrace() {
        RunningProcess process =
                launch(sh("trap '' TERM; echo ready; exec sleep 1000").stdout(Stdio.pipe()));
        process.stdout().asString().blockFirst(TIMEOUT);
        Duration grace = Duration.ofMillis(300);
        Duration took = StepVerifier.create(launcher().disposeLater(grace))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(took).isGreaterThanOrEqualTo(grace);
        assertThat(exitOf(process)).isEqualTo(ExitStatus.signaled(Signal.KILL));
    }

    @Test
    default void disposeLater_noGrace_killsAtOnce() {
        RunningProcess process = launch(sleeper());
        StepVerifier.create(launcher().disposeLater(Duration.ZERO))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(exitOf(process)).isEqualTo(ExitStatus.signaled(Signal.KILL));
    }

    @Test
    default void disposeLater_notSubscribed_doesNothing() {
        RunningProcess process = launch(sleeper());
        Mono<Void> disposal = launcher().disposeLater(Duration.ZERO);
        StepVerifier.create(process.exit())
                .expectSubscription()
                .expectNoEvent(QUIET)
                .then(disposal::subscribe)
                .expectNext(ExitStatus.signaled(Signal.KILL))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    default void disposeLater_repeated_waitsForTheSameEnd() {
        launch(sleeper());
        StepVerifier.create(
                        Mono.when(launcher().disposeLater(TIMEOUT), launcher().disposeLater(Duration.ZERO)))
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(launcher().disposeLater(TIMEOUT)).expectComplete().verify(TIMEOUT);
    }

    @Test
    default void disposeLater_whileLaunching_leavesNoChild() {
        Mono<Long> launched = Flux.range(0, 100)
                .flatMap(i -> launcher().launch(sleeper()).onErrorComplete(ProcessStartException.class), 100)
                .count();
        Mono<Void> disposal = Mono.delay(Duration.ofMillis(20)).then(launcher().disposeLater(Duration.ZERO));
        StepVerifier.create(Mono.when(launched, disposal)).expectComplete().verify(TIMEOUT);
        assertThat(ProcessHandle.current().children()).isEmpty();
    }

    @Test
    default void disposeLater_negativeGrace_isRefused() {
        assertThatThrownBy(() -> launcher().disposeLater(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-1S");
    }
}
