// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.runflux.wire.AttachEnding;
import io.runflux.wire.StreamFrames;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.NettyOutbound;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** When messages are read, and until when. */
class StreamSessionTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final TestPublisher<WebSocketFrame> messages = TestPublisher.create();
    private final AtomicLong requested = new AtomicLong();
    private final StreamSession<AttachEnding> session =
            new StreamSession<>(Map.of(), AttachEnding.class, IllegalStateException::new);

    private static <T> T stub(Class<T> type, Map<String, ?> answers) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    Object answer = answers.get(method.getName());
                    return answer == null ? proxy : answer;
                }));
    }

    private <T> Mono<T> carry(Mono<T> result) {
        NettyOutbound sent = stub(NettyOutbound.class, Map.of("then", Mono.never()));
        return session.carry(
                stub(
                        WebsocketInbound.class,
                        Map.of("receiveFrames", messages.flux().doOnRequest(requested::addAndGet))),
                stub(WebsocketOutbound.class, Map.of("sendObject", sent)),
                result);
    }

    private static WebSocketFrame output(int size) {
        return new BinaryWebSocketFrame(
                Unpooled.buffer(size + 1).writeByte(StreamFrames.STDOUT).writeZero(size));
    }

    @Test
    void carry_resultIsThere_readsNoFurther() {
        StepVerifier.create(carry(Mono.just("done")))
                .expectNext("done")
                .expectComplete()
                .verify(LIMIT);

        messages.assertCancelled();
    }

    @Test
    void carry_isCancelled_readsNoFurther() {
        StepVerifier.create(carry(Mono.never())).thenCancel().verify(LIMIT);

        messages.assertCancelled();
    }

    @Test
    void carry_workFails_readsNoFurther() {
        StepVerifier.create(carry(Mono.error(new ArithmeticException("x"))))
                .expectError(ArithmeticException.class)
                .verify(LIMIT);

        messages.assertCancelled();
    }

    @Test
    void carry_outputIsFull_readsOnWhenThereIsRoom() {
        Disposable carried = carry(Mono.never()).subscribe();
        messages.next(output(1));
        messages.next(output(OutputPipe.CAPACITY));
        assertThat(requested).hasValue(2);

        Flux<Integer> sizes = session.process().stdout().map(ByteBuf::readableBytes);
        StepVerifier.create(sizes.take(2))
                .expectNext(1, OutputPipe.CAPACITY)
                .expectComplete()
                .verify(LIMIT);

        assertThat(requested).hasValue(3);
        carried.dispose();
    }
}
