// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.runflux.orchestrator.ContainerStreams;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.ContainerStdio;
import io.runflux.wire.RunEnding;
import io.runflux.wire.StreamFrames;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.test.StepVerifier;

/** A time limit of one second, of which it is not known when it begins. */
class StreamWorkTest {
    private static final StreamWork.Terms TERMS = new StreamWork.Terms(
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofSeconds(1),
            limit -> new ArithmeticException("late"));

    private static final ContainerStreams UNREAD = new ContainerStreams() {
        @Override
        public ContainerStdio stdio() {
            return ContainerStdio.outputPipes();
        }

        @Override
        public Mono<Void> relay(ContainerProcess process) {
            return Mono.never();
        }
    };

    private final StreamSession<RunEnding> session =
            new StreamSession<>(Map.of(), RunEnding.class, IllegalStateException::new);

    private Mono<String> work(Mono<String> report) {
        session.onSubscribe(Operators.emptySubscription());
        return new StreamWork(session, UNREAD, TERMS).beside(report.cache(), (isDone, told) -> told + isDone);
    }

    private void write() {
        session.onNext(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(new byte[] {StreamFrames.STDOUT, 'x'})));
    }

    /** To create a container may take longer than its program has. */
    @Test
    void beside_nothingIsWrittenForLongerThanTheLimit_isNotCutOff() {
        StepVerifier.withVirtualTime(
                        () -> work(Mono.delay(Duration.ofSeconds(30)).thenReturn("told")))
                .thenAwait(Duration.ofSeconds(40))
                .expectNext("toldfalse")
                .expectComplete()
                .verify(Duration.ofSeconds(5));
    }

    @Test
    void beside_outputIsNotReadForLongerThanTheLimit_isLateWhenTheEndIsTold() {
        StepVerifier.withVirtualTime(
                        () -> work(Mono.delay(Duration.ofSeconds(15)).thenReturn("told")))
                .expectSubscription()
                .expectNoEvent(Duration.ofSeconds(5))
                .then(this::write)
                .expectNoEvent(Duration.ofSeconds(10).minusMillis(1))
                .thenAwait(Duration.ofMillis(1))
                .expectErrorMessage("late")
                .verify(Duration.ofSeconds(5));
    }

    @Test
    void beside_theEndIsNotTold_isLost() {
        StepVerifier.withVirtualTime(() -> work(Mono.never()))
                .expectSubscription()
                .then(this::write)
                .thenAwait(Duration.ofSeconds(22))
                .expectError(IllegalStateException.class)
                .verify(Duration.ofSeconds(5));
    }
}
