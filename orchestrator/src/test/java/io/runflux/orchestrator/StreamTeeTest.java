// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.netty.ByteBufFlux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class StreamTeeTest {
    private static final Duration AT_ONCE = Duration.ofSeconds(5);

    private final TestPublisher<ByteBuf> source = TestPublisher.create();
    private final StreamTee tee = new StreamTee(source.flux());

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }

    @Test
    void branches_both_getAllBytesAndTheEnd() {
        List<String> first = new ArrayList<>();
        Disposable reading = tee.first().asString().subscribe(first::add);
        ByteBuf buffer = bytes("ab");

        StepVerifier.create(tee.second().asString())
                .then(() -> source.next(buffer, bytes("c")).complete())
                .expectNext("ab", "c")
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(first).containsExactly("ab", "c");
        assertThat(buffer.refCnt()).as("is the source's alone").isOne();
        assertThat(reading.isDisposed()).isTrue();
    }

    @Test
    void branches_failingSource_bothFail() {
        List<Throwable> errors = new ArrayList<>();
        Disposable reading = tee.first().subscribe(buffer -> {}, errors::add);

        StepVerifier.create(tee.second())
                .then(() -> source.error(new IllegalStateException("broken")))
                .expectErrorMessage("broken")
                .verify(AT_ONCE);

        assertThat(errors).hasSize(1);
        assertThat(reading.isDisposed()).isTrue();
    }

    @Test
    void request_slowerBranch_decides() {
        Reader slow = new Reader();
        tee.first().subscribe(slow);
        source.assertWasNotSubscribed();

        Reader fast = new Reader();
        tee.second().subscribe(fast);
        fast.requestUnbounded();
        source.assertWasSubscribed();
        source.assertMaxRequested(0);

        slow.request(1);
        source.assertMaxRequested(1);
        source.next(bytes("a"));
        source.assertNoRequestOverflow();
        assertThat(fast.count).isOne();

        slow.cancel();
        source.next(bytes("b"), bytes("c")).assertNoRequestOverflow();
        source.assertNotCancelled();
        assertThat(fast.count).isEqualTo(3);
        assertThat(slow.count).isOne();

        fast.cancel();
        source.assertCancelled();
    }

    @Test
    void leaveFirst_neverSubscribed_secondGetsAll() {
        tee.leaveFirst();

        StepVerifier.create(tee.second().asString())
                .then(() -> source.next(bytes("a")).complete())
                .expectNext("a")
                .expectComplete()
                .verify(AT_ONCE);
    }

    @Test
    void subscribe_twice_fails() {
        ByteBufFlux first = tee.first();
        first.subscribe(new Reader());

        StepVerifier.create(first).expectError(IllegalStateException.class).verify(AT_ONCE);
    }

    /** Asks for nothing by itself. */
    private static final class Reader extends BaseSubscriber<ByteBuf> {
        private int count;

        @Override
        protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
            assertThat(count).isZero();
        }

        @Override
        protected void hookOnNext(ByteBuf buffer) {
            count++;
        }
    }
}
