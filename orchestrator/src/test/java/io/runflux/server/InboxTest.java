// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
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
        Flux.range(0, MESSAGES)
                .map(i -> new Message(i, Unpooled.EMPTY_BUFFER))
                .publishOn(connection, 1)
                .subscribe(inbox);

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
    void messages_errorBehindTheLast_isToldAfterIt() {
        Inbox inbox = new Inbox();
        Message last = new Message(1, Unpooled.EMPTY_BUFFER);
        Flux.just(last).concatWith(Mono.error(new ArithmeticException("x"))).subscribe(inbox);

        StepVerifier.create(inbox.messages())
                .expectNext(last)
                .expectError(ArithmeticException.class)
                .verify(Served.LIMIT);
    }
}
