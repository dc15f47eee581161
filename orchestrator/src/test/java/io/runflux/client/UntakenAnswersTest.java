// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelId;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.runflux.events.ContainerId;
import io.runflux.orchestrator.ExecRequest;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.wire.StreamFrames;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.util.context.Context;

/**
 * A caller cancels while the loop hands its answer over: Reactor Netty then gives the answer to nobody, and takes it
 * for taken. That no buffer is left is the leak guard's to say.
 */
@Tag("once")
class UntakenAnswersTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final ContainerId ID = ContainerId.of("c1");
    private static final String HOOK = SlowCancel.class.getName();

    private final Sinks.Empty<Void> asked = Sinks.empty();
    private final Sinks.Empty<Void> answer = Sinks.empty();
    private final Sinks.One<Connection> connection = Sinks.one();
    private final Set<ChannelId> channels = ConcurrentHashMap.newKeySet();
    private DisposableServer server;
    private Orchestrator client;

    @BeforeEach
    void open() {
        SlowCancel.install();
        server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .doOnConnection(opened -> {
                    channels.add(opened.channel().id());
                    connection.tryEmitValue(opened);
                })
                .handle(this::answer)
                .bindNow(LIMIT);
        client = RunfluxClient.at("http://127.0.0.1:" + server.port())
                .maxCalls(1)
                .build();
    }

    @AfterEach
    void close() {
        Hooks.resetOnEachOperator(HOOK);
        client.disposeLater().block(LIMIT);
        server.disposeNow(LIMIT);
    }

    private Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        asked.tryEmitEmpty();
        if (request.uri().startsWith("/v1/events")) {
            return answer.asMono()
                    .then(response.sendString(Flux.just("\n").concatWith(Flux.never()))
                            .then());
        }
        if (request.requestHeaders().contains(HttpHeaderNames.UPGRADE)) {
            WebsocketServerSpec spec = WebsocketServerSpec.builder()
                    .protocols(StreamFrames.SUBPROTOCOL)
                    .build();
            // Reactor Netty answers the handshake when it is called, and not when it is subscribed to.
            Mono<Void> webSocket = Mono.defer(() -> Mono.from(response.sendWebsocket(
                    (in, out) ->
                            out.sendString(Flux.just("{}")).then(in.receive().then()),
                    spec)));
            return answer.asMono().then(webSocket);
        }
        return answer.asMono()
                .then(response.sendString(Mono.just("x".repeat(2000))).then());
    }

    private void cancelAsItIsAnswered(Publisher<?> question) {
        SlowCancel cancel = new SlowCancel();
        Disposable asking = Flux.from(question)
                .contextWrite(Context.of(SlowCancel.class, cancel))
                .subscribe();
        asked.asMono().block(LIMIT);
        Schedulers.boundedElastic().schedule(asking::dispose);
        await(cancel.begun);

        answer.tryEmitEmpty();

        await(cancel.ended);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void call_cancelledAsItsAnswerIsHandedOver_freesTheAnswer() {
        cancelAsItIsAnswered(client.snapshot());
    }

    @Test
    void calls_answeredOneAfterAnother_shareAConnection() {
        answer.tryEmitEmpty();

        for (int i = 0; i < 3; i++) {
            client.pause(ID).block(LIMIT);
        }

        assertThat(channels).hasSize(1);
    }

    @Test
    void events_cancelledAsTheyBegin_closesTheConnection() {
        cancelAsItIsAnswered(client.events());

        connection.asMono().flatMap(Connection::onDispose).block(LIMIT);
    }

    @Test
    void exec_cancelledAsItBegins_closesTheConnection() {
        cancelAsItIsAnswered(client.exec(ExecRequest.of(ID, List.of("true"))));

        connection.asMono().flatMap(Connection::onDispose).block(LIMIT);
    }

    /** A cancellation that gets to the connection's sink after what the sink is given. */
    private static final class SlowCancel {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch answered = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(1);

        static void install() {
            Hooks.onEachOperator(
                    HOOK,
                    Operators.lift(
                            source -> source.stepName().equals("source(MonoCreate)"),
                            (source, actual) -> actual.currentContext()
                                    .<SlowCancel>getOrEmpty(SlowCancel.class)
                                    .<CoreSubscriber<? super Object>>map(cancel -> cancel.of(actual))
                                    .orElse(actual)));
        }

        private CoreSubscriber<Object> of(CoreSubscriber<? super Object> actual) {
            return new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                    actual.onSubscribe(new Subscription() {
                        @Override
                        public void request(long n) {
                            subscription.request(n);
                        }

                        @Override
                        public void cancel() {
                            begun.countDown();
                            await(answered);
                            subscription.cancel();
                            ended.countDown();
                        }
                    });
                }

                @Override
                protected void hookOnNext(Object value) {
                    boolean isLate = begun.getCount() == 0;
                    actual.onNext(value);
                    if (isLate) {
                        answered.countDown();
                    }
                }

                @Override
                protected void hookOnError(Throwable error) {
                    actual.onError(error);
                }

                @Override
                protected void hookOnComplete() {
                    actual.onComplete();
                }

                @Override
                public Context currentContext() {
                    return actual.currentContext();
                }
            };
        }
    }
}
