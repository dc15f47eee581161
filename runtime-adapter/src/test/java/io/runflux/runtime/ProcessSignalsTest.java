// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.process.ProcessAlreadyExitedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class ProcessSignalsTest {
    private static final ContainerId ID = ContainerId.of("c1");
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Mono<ExitStatus> RUNNING = Mono.never();
    private static final Mono<ExitStatus> ENDED = Mono.just(ExitStatus.exited(0));

    private final List<KillOptions> kills = new ArrayList<>();

    @Test
    void send_running_isKilledByItsNumber() {
        StepVerifier.create(send(Mono.just(7), RUNNING)).expectComplete().verify(TIMEOUT);
        assertThat(kills).containsExactly(KillOptions.process(7));
    }

    @Test
    void send_ended_asksNobody() {
        StepVerifier.create(send(Mono.just(7), ENDED))
                .expectError(ProcessAlreadyExitedException.class)
                .verify(TIMEOUT);
        assertThat(kills).isEmpty();
    }

    @Test
    void send_noPidAndEnded_saysSo() {
        StepVerifier.create(send(Mono.empty(), ENDED))
                .expectError(ProcessAlreadyExitedException.class)
                .verify(TIMEOUT);
    }

    @Test
    void send_noPidAndRunning_isNotTakenForEnded() {
        StepVerifier.create(send(Mono.empty(), RUNNING))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(CommandFailedException.class)
                        .hasMessageContaining("has not told the pid"))
                .verify(TIMEOUT);
    }

    private Mono<Void> send(Mono<Integer> pid, Mono<ExitStatus> end) {
        return new ProcessSignals(
                        ID, false, pid, end, (id, signal, options) -> Mono.fromRunnable(() -> kills.add(options)))
                .send(Signal.KILL);
    }
}
