// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.EventEnvelope;
import io.runflux.events.EventStream;
import io.runflux.events.EventsLostException;
import io.runflux.events.OverflowPolicy;
import io.runflux.events.RuntimeEvent.Gap;
import io.runflux.events.RuntimeEvent.Started;
import io.runflux.events.SubscribeOptions;
import io.runflux.orchestrator.EmbeddedOrchestrator;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.server.RunfluxServer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Events over a server that comes and goes, while the stream of events goes on. */
class EventFollowerTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Started EVENT = new Started(ContainerId.of("c1"), 1);

    @TempDir
    private Path directory;

    private EventStream events = EventStream.create();
    private EmbeddedOrchestrator engine;
    private RunfluxServer server;
    private Orchestrator client;

    @BeforeEach
    void open() {
        engine = Orchestrator.builder().events(events).build();
        serve();
        client = RunfluxClient.connect("unix://" + socket());
    }

    private Path socket() {
        return directory.resolve("served").resolve("s");
    }

    private void serve() {
        server = RunfluxServer.builder(engine)
                .unixSocket(socket())
                .start()
                .blockOptional(LIMIT)
                .orElseThrow();
    }

    @AfterEach
    void close() {
        client.disposeLater()
                .then(server.disposeLater())
                .then(engine.disposeLater())
                .then(events.disposeLater(Duration.ofSeconds(1)))
                .block(LIMIT);
    }

    private void publish(int count) {
        for (int i = 0; i < count; i++) {
            events.publish(EVENT);
        }
    }

    private static void await(Mono<Boolean> condition) {
        condition
                .filter(isSo -> isSo)
                .repeatWhenEmpty(again -> again.delayElements(Duration.ofMillis(5)))
                .block(LIMIT);
    }

    private static void awaitSize(List<?> list, int size) {
        await(Mono.fromSupplier(() -> list.size() >= size));
    }

    @Test
    void events_serverIsGoneForAWhile_goOnWithoutAGapAndWithoutRepetition() {
        List<Long> seen = new CopyOnWriteArrayList<>();
        Disposable subscriber = client.events(SubscribeOptions.defaults().from(1))
                .map(EventEnvelope::sequence)
                .subscribe(seen::add);
        publish(10);
        awaitSize(seen, 10);

        for (int round = 2; round <= 4; round++) {
            server.disposeLater().block(LIMIT);
            publish(10);
            serve();
            awaitSize(seen, 10 * round);
        }

        assertThat(seen).isEqualTo(LongStream.rangeClosed(1, 40).boxed().toList());
        subscriber.dispose();
    }

    @Test
    void events_lostBeforeTheFirst_missesNone() {
        List<Long> seen = new CopyOnWriteArrayList<>();
        publish(3);
        Disposable subscriber = client.events().map(EventEnvelope::sequence).subscribe(seen::add);
        awaitSubscriber();

        server.disposeLater().block(LIMIT);
        publish(2);
        serve();

        awaitSize(seen, 2);
        assertThat(seen).containsExactly(4L, 5L);
        subscriber.dispose();
    }

    /** Someone later is there when the first is. */
    private void awaitSubscriber() {
        client.snapshot().block(LIMIT);
        StepVerifier.create(client.events(SubscribeOptions.defaults().from(1)).take(1))
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void events_anotherLifeOfTheStream_isToldByAGap() {
        List<EventEnvelope> seen = new CopyOnWriteArrayList<>();
        Disposable subscriber =
                client.events(SubscribeOptions.defaults().from(1)).subscribe(seen::add);
        publish(2);
        awaitSize(seen, 2);

        replaceEvents(EventStream.create());
        publish(1);
        serve();

        awaitSize(seen, 4);
        assertThat(seen.get(2).event()).isInstanceOfSatisfying(Gap.class, gap -> assertThat(gap.reason())
                .isEqualTo(Gap.Reason.EPOCH_CHANGED));
        assertThat(seen.get(3).epoch()).isEqualTo(events.epoch());
        subscriber.dispose();
    }

    private void replaceEvents(EventStream another) {
        server.disposeLater().then(engine.disposeLater()).block(LIMIT);
        events.dispose();
        events = another;
        engine = Orchestrator.builder().events(events).build();
    }

    @Test
    void events_serverStaysAway_failWhenTheLimitIsOver() {
        List<EventEnvelope> seen = new CopyOnWriteArrayList<>();
        publish(1);
        Orchestrator impatient = RunfluxClient.at("unix://" + socket())
                .reconnectTimeout(Duration.ofMillis(200))
                .build();
        StepVerifier subscriber = StepVerifier.create(
                        impatient.events(SubscribeOptions.defaults().from(1)).doOnNext(seen::add))
                .expectNextCount(1)
                .expectError(ServerUnavailableException.class)
                .verifyLater();
        awaitSize(seen, 1);

        server.disposeLater().block(LIMIT);

        subscriber.verify(LIMIT);
        impatient.disposeLater().block(LIMIT);
    }

    @Test
    void events_noServer_failAtOnce() {
        server.disposeLater().block(LIMIT);

        StepVerifier.create(client.events())
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(ServerUnavailableException.class, lost -> assertThat(lost.isMaybeDone())
                                .isFalse())
                        .hasMessageStartingWith("unix://" + socket() + " cannot be reached: "))
                .verify(Duration.ofSeconds(2));
    }

    @Test
    void events_clientIsDisposedOf_complete() {
        publish(1);

        StepVerifier.create(client.events(SubscribeOptions.defaults().from(1)))
                .expectNextCount(1)
                .then(() -> client.disposeLater().block(LIMIT))
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void events_subscriberBlocks_nobodyElseWaits() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        Disposable blocked = client.events(SubscribeOptions.defaults().from(1)).subscribe(event -> awaitLatch(release));
        List<EventEnvelope> seen = new CopyOnWriteArrayList<>();
        Disposable other = client.events(SubscribeOptions.defaults().from(1)).subscribe(seen::add);

        publish(1000);

        awaitSize(seen, 1000);
        assertThat(client.list().count().block(LIMIT)).isZero();
        release.countDown();
        blocked.dispose();
        other.dispose();
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * What was published before the server was asked counts for nothing, and it says when that was in whole seconds.
     */
    @Test
    void events_noDemandUnderFail_failsOnceTooManyWait() {
        replaceEvents(EventStream.builder()
                .clock(Clock.offset(Clock.systemUTC(), Duration.ofMinutes(1)))
                .build());
        serve();
        SubscribeOptions options = SubscribeOptions.defaults().from(1).withBufferSize(10);

        StepVerifier.create(client.events(options).map(EventEnvelope::sequence), 1)
                .then(() -> publish(1))
                .expectNext(1L)
                .then(() -> publish(100))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(EventsLostException.class, lost -> assertThat(lost.firstLost())
                                .isEqualTo(2)))
                .verify(LIMIT);
    }

    @Test
    void events_noDemandUnderWait_areAllKept() {
        SubscribeOptions options = SubscribeOptions.defaults().from(1).withOverflow(OverflowPolicy.WAIT);

        StepVerifier.create(client.events(options).map(EventEnvelope::sequence), 0)
                .then(() -> publish(2000))
                .thenAwait(Duration.ofMillis(100))
                .thenRequest(2000)
                .expectNextCount(2000)
                .thenCancel()
                .verify(LIMIT);
    }
}
