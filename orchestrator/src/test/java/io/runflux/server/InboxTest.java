// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class InboxTest {
    private static final int MESSAGES = 50_000;

    /** Who reads asks on the loop of a process, while messages come on that of the connection. */
    @Test
    void messages_askedForOnAnotherThread_allArriveInOrder() {
        Inbox inbox = new Inbox();
        Scheduler connection = Schedulers.newSingle("connection");
        Flux.range(0, MESSAGES).map(InboxTest::message).publishOn(connection, 1).subscribe(inbox);

        Long arrived = inbox.messages()
                .concatMap(Mono::just, 0)
                .publishOn(Schedulers.parallel(), 1)
                .map(Message::kind)
                .zipWith(Flux.range(0, MESSAGES))
                .doOnNext(pair -> assertThat(pair.getT1()).isEqualTo(pair.getT2()))
                .count()
                .block(Served.LIMIT);

        assertThat(arrived).isEqualTo(MESSAGES);
        connection.dispose();
    }

    @Test
    void messages_readerLeaves_nextOneGetsWhatWasReadAhead() {
        Inbox inbox = new Inbox();
        Flux.range(0, 3).map(InboxTest::message).subscribe(inbox);

        assertThat(inbox.messages().next().block(Served.LIMIT))
                .extracting(Message::kind)
                .isEqualTo(0);
        assertThat(inbox.messages().map(Message::kind).collectList().block(Served.LIMIT))
                .containsExactly(1, 2);
    }

    @Test
    void messages_clientGoesWhileNobodyReads_isToldBehindWhatItSent() {
        Inbox inbox = new Inbox();
        Flux.just(message(0))
                .concatWith(Flux.error(new IllegalStateException("gone")))
                .subscribe(inbox);

        StepVerifier.create(inbox.messages().map(Message::kind), 0)
                .thenRequest(1)
                .expectNext(0)
                .expectErrorMessage("gone")
                .verify(Served.LIMIT);
    }

    @Test
    void messages_clientGoesJustAsSomebodyBeginsToRead_isToldBehindTheSubscription() {
        Inbox inbox = new Inbox();
        Sinks.Empty<Message> client = Sinks.empty();
        client.asMono().subscribe(inbox);
        List<String> told = new ArrayList<>();

        inbox.messages().subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                client.tryEmitEmpty();
                told.add("begin");
            }

            @Override
            protected void hookOnComplete() {
                told.add("end");
            }
        });

        assertThat(told).containsExactly("begin", "end");
    }

    @Test
    void messages_readerLeavesAtOnce_nextOneGetsThem() {
        Inbox inbox = new Inbox();
        Flux.range(0, 2).map(InboxTest::message).subscribe(inbox);

        StepVerifier.create(inbox.messages(), 0).thenCancel().verify(Served.LIMIT);

        assertThat(inbox.messages().map(Message::kind).collectList().block(Served.LIMIT))
                .containsExactly(0, 1);
    }

    private static Message message(int kind) {
        return new Message(kind, Unpooled.EMPTY_BUFFER);
    }
}
