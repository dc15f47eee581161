// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.runflux.events.EventCursor;
import io.runflux.events.EventEnvelope;
import io.runflux.events.EventException;
import io.runflux.events.EventJson;
import io.runflux.wire.Problem;
import io.runflux.wire.RefusedException;
import io.runflux.wire.WireJson;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClientResponse;

/** Reads what a server has answered. */
final class Answers {
    /** How long an answer in one piece may be: some ten thousand containers. */
    private static final int MAX_BYTES = 16 << 20;

    private Answers() {}

    static boolean isSuccess(HttpClientResponse response) {
        int status = response.status().code();
        return status >= 200 && status < 300;
    }

    /** Returns the value; empty if there is none to be. */
    static <T> Mono<T> value(HttpClientResponse response, ByteBufFlux content, Class<T> type) {
        if (!isSuccess(response)) {
            return refusal(response, content);
        }
        Mono<byte[]> bytes = Chunks.join(content, MAX_BYTES);
        return type == Void.class ? bytes.then(Mono.empty()) : bytes.map(json -> read(json, type));
    }

    static <T> Mono<T> refusal(HttpClientResponse response, ByteBufFlux content) {
        return Chunks.join(content, WireJson.MAX_BYTES)
                .map(bytes -> problem(response, bytes))
                .onErrorResume(UnreadableAnswerException.class, e -> Mono.just(unreadable(response, e)))
                .flatMap(problem -> Mono.error(() -> new RefusedException(problem)));
    }

    private static Problem problem(HttpClientResponse response, byte[] bytes) {
        String type = response.responseHeaders().get(HttpHeaderNames.CONTENT_TYPE, "");
        return type.startsWith(Problem.MEDIA_TYPE) ? read(bytes, Problem.class) : Failures.foreign(response.status());
    }

    private static Problem unreadable(HttpClientResponse response, UnreadableAnswerException error) {
        return Failures.foreign(response.status(), String.valueOf(error.getMessage()));
    }

    static <T> T read(String json, Class<T> type) {
        return read(json.getBytes(StandardCharsets.UTF_8), type);
    }

    static EventCursor cursor(String header) {
        return parse(header, EventCursor::parse);
    }

    /** Returns null for a line that only shows that the server is there. */
    static @Nullable EventEnvelope event(String line) {
        return line.isBlank() ? null : parse(line, EventJson::read);
    }

    static <T> T read(byte[] json, Class<T> type) {
        return parse(json, bytes -> WireJson.readAnswer(bytes, type));
    }

    private static <S, T> T parse(S answered, Function<S, T> parser) {
        try {
            return parser.apply(answered);
        } catch (IllegalArgumentException | EventException malformed) {
            throw new UnreadableAnswerException(String.valueOf(malformed.getMessage()));
        }
    }
}
