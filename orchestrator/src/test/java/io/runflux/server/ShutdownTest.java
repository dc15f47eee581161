// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import static io.runflux.server.Served.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.runflux.events.ContainerId;
import io.runflux.oci.ContainerStatus;
import io.runflux.orchestrator.ContainerDetails;
import io.runflux.orchestrator.ContainerInfo;
import io.runflux.orchestrator.ContainerNotes;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.PublisherProbe;

class ShutdownTest {
    private static final ContainerInfo INFO = new ContainerInfo(
            ContainerId.of("c1"),
            ContainerStatus.RUNNING,
            "fake",
            "/b",
            1,
            null,
            null,
            null,
            null,
            ContainerNotes.none());

    @TempDir
    private Path directory;

    private static Flux<String> eventsOf(Stub stub) {
        return stub.client().get().uri("/v1/events").responseContent().asString();
    }

    private static void await(BooleanSupplier condition) {
        Flux.interval(Duration.ofMillis(2))
                .takeUntil(tick -> condition.getAsBoolean())
                .then()
                .block(LIMIT);
    }

    @Test
    void dispose_whileStreamsAreOpen_endsThem() {
        PublisherProbe<Void> events = PublisherProbe.of(Mono.never());
        PublisherProbe<Void> exec = PublisherProbe.of(Mono.never());
        Map<String, Publisher<?>> answers = Map.of(
                "snapshot", Mono.error(new IllegalStateException("not now")),
                "events", events.flux(),
                "attach", exec.mono());
        Stub stub = new Stub(directory, answers);
        AtomicBoolean isOpen = new AtomicBoolean();
        StepVerifier sse = StepVerifier.create(eventsOf(stub).doOnNext(text -> isOpen.set(true)))
                .expectNext("retry: 3000\n\n")
                .expectComplete()
                .verifyLater();
        StepVerifier socket = StepVerifier.create(stub.client()
                        .websocket()
                        .uri("/v1/containers/c1/attach")
                        .handle((in, out) -> out.sendObject(new TextWebSocketFrame("{}"))
                                .then()
                                .thenMany(in.receiveCloseStatus())))
                .expectNextMatches(status -> status.code() == WebSocketCloseStatus.ENDPOINT_UNAVAILABLE.code())
                .expectComplete()
                .verifyLater();
        await(isOpen::get);
        await(exec::wasSubscribed);

        stub.close();

        sse.verify(LIMIT);
        socket.verify(LIMIT);
        events.assertWasCancelled();
        exec.assertWasCancelled();
    }

    /**
     * It ends in the midst of a flush, where a closed connection would lose what was not written yet. Its first words
     * may have come or not; its end must.
     */
    @RepeatedTest(20)
    void dispose_whileTheLastStreamEnds_losesNothingOfIt() {
        PublisherProbe<Void> events = PublisherProbe.of(Mono.never());
        Stub stub = new Stub(
                directory,
                Map.of("snapshot", Mono.error(new IllegalStateException("not now")), "events", events.flux()));
        StepVerifier sse = StepVerifier.create(eventsOf(stub))
                .thenConsumeWhile(text -> true)
                .expectComplete()
                .verifyLater();
        await(events::wasSubscribed);

        stub.close();

        sse.verify(LIMIT);
    }

    @Test
    void dispose_whileARequestIsAnswered_waitsForTheAnswer() {
        Sinks.One<ContainerDetails> answer = Sinks.one();
        PublisherProbe<ContainerDetails> start = PublisherProbe.of(answer.asMono());
        Stub stub = new Stub(directory, Map.of("inspect", start.mono()));
        CompletableFuture<Served.Answer> asking =
                CompletableFuture.supplyAsync(() -> stub.get("/v1/containers/c1", Map.of()));
        await(start::wasSubscribed);

        CompletableFuture<Void> closing = stub.server().disposeLater().toFuture();
        assertThat(closing).isNotDone();
        answer.tryEmitValue(new ContainerDetails(INFO, null, null, 0, null, null))
                .orThrow();

        assertThat(asking.join().status()).isEqualTo(200);
        closing.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }

    @Test
    void dispose_whileARequestHangs_isBounded() {
        PublisherProbe<ContainerDetails> hanging = PublisherProbe.of(Mono.never());
        Stub stub = new Stub(
                directory,
                Map.of("inspect", hanging.mono()),
                builder -> builder.limits(ServerLimits.defaults().withShutdownTimeout(Duration.ofMillis(50))));
        StepVerifier asking = StepVerifier.create(
                        stub.client().get().uri("/v1/containers/c1").response())
                .expectError()
                .verifyLater();
        await(hanging::wasSubscribed);

        stub.close();

        asking.verify(LIMIT);
        await(hanging::wasCancelled);
    }

    @Test
    void dispose_closesConnectionsWithoutARequestToo() throws Exception {
        Stub stub = new Stub(directory, Map.of());
        try (SocketChannel idle = SocketChannel.open(UnixDomainSocketAddress.of(stub.socket()))) {
            stub.get("/healthz", Map.of());

            stub.close();

            assertThat(idle.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void dispose_again_waitsForTheSameEnd() {
        Stub stub = new Stub(directory, Map.of());

        stub.close();
        stub.close();
    }
}
