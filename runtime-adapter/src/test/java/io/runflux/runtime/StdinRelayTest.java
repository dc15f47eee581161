// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.publisher.TestPublisher.Violation;

class StdinRelayTest {
    private final TestPublisher<Void> command = TestPublisher.createNoncompliant(Violation.DEFER_CANCELLATION);
    private final StdinRelay relay = new StdinRelay(source -> command.mono());

    @Test
    void send_commandFails_failsTheSame() {
        StepVerifier.create(relay.send(Flux.never()))
                .then(() -> command.error(new IOException("closed")))
                .expectErrorMessage("closed")
                .verify();
    }

    @Test
    void send_commandHasSentAll_completes() {
        StepVerifier.create(relay.send(Flux.empty()))
                .then(command::complete)
                .expectComplete()
                .verify();
    }

    @Test
    void send_second_isRefused() {
        Publisher<ByteBuf> nothing = Flux.empty();
        relay.send(nothing).subscribe().dispose();

        StepVerifier.create(relay.send(nothing))
                .expectError(IllegalStateException.class)
                .verify();
    }

    @Test
    void dispose_commandFailsAtTheSameTime_dropsNoError() {
        StepVerifier.create(Mono.fromRunnable(relay::dispose)
                        .then(Mono.fromRunnable(() -> command.error(new IOException("closed")))))
                .expectComplete()
                .verifyThenAssertThat()
                .hasNotDroppedErrors();
        command.assertWasCancelled();
    }
}
