// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class OciJsonStreamTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final String ONE = "{\"type\":\"oom\",\"id\":\"1\"}";
    private static final String TRICKY = "{\"type\":\"o}{\\\"\\\\\",\"id\":\"é€😀]\",\"x\":[[{}],\"\\u007b\"]}";

    private final TestPublisher<ByteBuf> bytes = TestPublisher.create();

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", " \r\n\t", "\n\n"})
    void stream_anythingBetweenValues_isRead(String between) {
        String text = between + ONE + between + TRICKY + between + ONE + between;

        assertThat(ids(Flux.just(buffer(text)))).containsExactly("1", "é€😀]", "1");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 64, 1000})
    void stream_piecesOfAnySize_areRead(int size) {
        Flux<ByteBuf> pieces = Flux.fromIterable(pieces(ONE + TRICKY + "\n" + ONE + ONE + " ", size));

        assertThat(ids(pieces)).containsExactly("1", "é€😀]", "1", "1");
    }

    @Test
    void stream_piecesOfRandomSizes_areRead() {
        Random random = new Random(7);
        byte[] text = (ONE + "\n" + TRICKY).repeat(50).getBytes(StandardCharsets.UTF_8);
        List<ByteBuf> pieces = new ArrayList<>();
        for (int from = 0, to; from < text.length; from = to) {
            to = Math.min(text.length, from + random.nextInt(40));
            pieces.add(Unpooled.wrappedBuffer(Arrays.copyOfRange(text, from, to)));
        }

        assertThat(ids(Flux.fromIterable(pieces))).hasSize(100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n"})
    void stream_noValue_isEmpty(String text) {
        assertThat(ids(Flux.just(buffer(text)))).isEmpty();
        assertThat(ids(Flux.empty())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "garbage | cannot read ContainerEvent number 2: it is not JSON at line 1, column",
                "nil | cannot read ContainerEvent number 2: it is not JSON at line 1, column",
                "[] | cannot read ContainerEvent number 2: it is not an object",
                "} | cannot read ContainerEvent number 2: it is not JSON",
                "1 | cannot read ContainerEvent number 2: it is not",
                "'null ' | cannot read ContainerEvent number 2: it is null, not an object",
                "{\"type\" \"oom\"} | cannot read ContainerEvent number 2: it is not JSON at line 1, column",
                "{\"type\":[} | cannot read ContainerEvent number 2: it is not JSON",
                "{\"type\":\"st{\"type\" | cannot read ContainerEvent number 2: it is not JSON",
                "{\"type\":panic | cannot read ContainerEvent number 2: it is not JSON",
                "{\"id\":\"x\",\"id\":\"y\" | cannot read ContainerEvent number 2: it is not JSON",
                "{\"type\":7,\"id\":\"x\"} | cannot read ContainerEvent number 2 in type",
                "{\"type\":\"oom\"} | id is required",
                "{\"type\":\"stats\",\"id\":\"x\"} | data is required",
                "{\"type\":\"stats\",\"id\":\"x\",\"data\":[]} | cannot read ContainerEvent number 2 in data",
            })
    void stream_wrongValue_endsWithOneErrorAndCancelsTheBytes(String wrong, String message) {
        StepVerifier.create(OciJson.stream(bytes.flux(), ContainerEvent.class))
                .then(() -> bytes.next(buffer(ONE + wrong + ONE)))
                .expectNextCount(1)
                .expectErrorSatisfies(error ->
                        assertThat(error).isInstanceOf(OciJsonException.class).hasMessageContaining(message))
                .verify(LIMIT);

        bytes.assertCancelled();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "nul", "{\"type\":\"oom\",\"id\":\"1\"", "{\"type\":\"}"})
    void stream_endWithinAValue_isOneError(String begun) {
        StepVerifier.create(OciJson.stream(Flux.just(buffer(ONE + begun)), ContainerEvent.class))
                .expectNextCount(1)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(OciJsonException.class)
                        .hasMessage("cannot read ContainerEvent number 2: the bytes end within it"))
                .verify(LIMIT);
    }

    @Test
    void stream_nullAtTheEnd_isOneErrorThatSaysSo() {
        StepVerifier.create(OciJson.stream(Flux.just(buffer(ONE + "null")), ContainerEvent.class))
                .expectNextCount(1)
                .expectErrorMessage("cannot read ContainerEvent number 2: it is null, not an object")
                .verify(LIMIT);
    }

    @Test
    void stream_wrongValueWhenErrorsAreToBeSkipped_endsAllTheSame() {
        List<Throwable> skipped = new ArrayList<>();

        StepVerifier.create(OciJson.stream(Flux.just(buffer("x"), buffer(ONE)), ContainerEvent.class)
                        .onErrorContinue((error, value) -> skipped.add(error)))
                .expectError(OciJsonException.class)
                .verify(LIMIT);

        assertThat(skipped).isEmpty();
    }

    @Test
    void stream_valueAsLongAsAllowed_isRead() {
        assertThat(ids(Flux.fromIterable(pieces(longValue(OciJson.MAX_STREAMED_BYTES), 65536))))
                .containsExactly("1");
    }

    @Test
    void stream_valueThatIsTooLong_isRefusedBeforeItsEnd() {
        String tooLong = longValue(OciJson.MAX_STREAMED_BYTES + 1);

        StepVerifier.create(OciJson.stream(bytes.flux(), ContainerEvent.class))
                .then(() -> bytes.next(buffer(tooLong.substring(0, OciJson.MAX_STREAMED_BYTES))))
                .then(() -> bytes.next(buffer(tooLong.substring(OciJson.MAX_STREAMED_BYTES))))
                .expectErrorMessage("cannot read ContainerEvent number 1: it must be at most 1048576 bytes")
                .verify(LIMIT);

        bytes.assertCancelled();
    }

    @Test
    void stream_manyValuesInOneLargePiece_areRead() {
        assertThat(ids(Flux.just(buffer(ONE.repeat(100_000))))).hasSize(100_000);
    }

    @Test
    void stream_wrongValue_errorKeepsSecretsToItself() {
        StepVerifier.create(OciJson.stream(Flux.just(buffer("{\"id\":\"hunter2\",]}")), ContainerEvent.class))
                .expectErrorSatisfies(error -> assertThat(error).hasMessageNotContaining("hunter2"))
                .verify(LIMIT);
    }

    @Test
    void stream_errorOfTheBytes_isPassedOn() {
        StepVerifier.create(OciJson.stream(bytes.flux(), ContainerEvent.class))
                .then(() -> bytes.next(buffer(ONE + "{")))
                .expectNextCount(1)
                .then(() -> bytes.error(new IllegalStateException("gone")))
                .expectErrorMessage("gone")
                .verify(LIMIT);
    }

    @Test
    void stream_values_comeOnlyOnDemandAndOnePieceIsHeld() {
        AtomicLong taken = new AtomicLong();
        Flux<ByteBuf> pieces = Flux.<ByteBuf, Integer>generate(() -> 0, (count, sink) -> {
                    sink.next(buffer(ONE + ONE));
                    return count + 1;
                })
                .doOnNext(piece -> taken.incrementAndGet())
                .hide();

        StepVerifier.create(OciJson.stream(pieces, ContainerEvent.class), 0)
                .expectSubscription()
                .then(() -> assertThat(taken).hasValue(1))
                .thenRequest(1)
                .expectNextCount(1)
                .then(() -> assertThat(taken).hasValue(1))
                .thenRequest(4)
                .expectNextCount(4)
                .then(() -> assertThat(taken).hasValue(3))
                .thenCancel()
                .verify(LIMIT);
    }

    @Test
    void stream_cancelled_cancelsTheBytes() {
        StepVerifier.create(OciJson.stream(bytes.flux(), ContainerEvent.class))
                .then(() -> bytes.next(buffer("{")))
                .thenCancel()
                .verify(LIMIT);

        bytes.assertCancelled();
    }

    @Test
    void stream_buffersReusedByTheirOwner_areNotKept() {
        ByteBuf shared = Unpooled.buffer();
        Flux<ByteBuf> pieces = Flux.fromIterable(pieces(TRICKY + ONE, 5))
                .map(piece -> shared.clear().writeBytes(piece));

        assertThat(ids(pieces)).containsExactly("é€😀]", "1");
        assertThat(shared.refCnt()).isEqualTo(1);
    }

    @Test
    void stream_subscribedTwice_readsAnew() {
        Flux<ContainerEvent> events = OciJson.stream(Flux.defer(() -> Flux.just(buffer(ONE))), ContainerEvent.class);

        assertThat(events.concatWith(events).collectList().block(LIMIT)).hasSize(2);
    }

    private static List<String> ids(Flux<ByteBuf> bytes) {
        return OciJson.stream(bytes, ContainerEvent.class)
                .map(ContainerEvent::id)
                .collectList()
                .blockOptional(LIMIT)
                .orElseThrow();
    }

    private static List<ByteBuf> pieces(String text, int size) {
        byte[] all = text.getBytes(StandardCharsets.UTF_8);
        List<ByteBuf> pieces = new ArrayList<>();
        for (int from = 0; from < all.length; from += size) {
            pieces.add(Unpooled.wrappedBuffer(Arrays.copyOfRange(all, from, Math.min(all.length, from + size))));
        }
        return pieces;
    }

    private static String longValue(int length) {
        String around = "{\"type\":\"oom\",\"id\":\"1\",\"x\":\"\"}";
        return around.substring(0, around.length() - 2) + "x".repeat(length - around.length()) + "\"}";
    }

    private static ByteBuf buffer(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }
}
