// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.runflux.events.ContainerId;
import io.runflux.wire.ProblemKind;
import io.runflux.wire.RefusedException;
import io.runflux.wire.WireJson;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** A request and its answer. Its body has to come within a time. */
record Exchange(
        HttpServerRequest request,
        HttpServerResponse response,
        Target target,
        Duration bodyTimeout,
        Route route,
        Map<String, String> parameters) {
    static final String JSON = "application/json";

    private static final byte[] NOTHING = {'{', '}'};

    ContainerId id() {
        return ContainerId.of(String.valueOf(parameters.get("id")));
    }

    Query query() {
        return Query.parse(target.query(), route.query());
    }

    @Nullable
    String header(CharSequence name) {
        return request.requestHeaders().get(name);
    }

    boolean isUpgrade() {
        return request.requestHeaders().containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                && request.requestHeaders().contains(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
    }

    /** Fails if the client takes none of these types. Of those that it takes, the first of ours counts. */
    String accepted(List<String> types) {
        String accept = String.join(",", request.requestHeaders().getAll(HttpHeaderNames.ACCEPT));
        List<String> taken = Arrays.stream(accept.split(","))
                .map(range -> range.toLowerCase(Locale.ROOT).strip())
                .filter(range -> !range.matches(".*;\\s*q=0(\\.0*)?"))
                .map(range -> range.split(";", 2)[0].strip())
                .toList();
        return types.stream()
                .filter(type -> accept.isBlank() || taken.stream().anyMatch(range -> isTaken(type, range)))
                .findFirst()
                .orElseThrow(() -> new RefusedException(
                        ProblemKind.NOT_ACCEPTABLE, "the answer is one of " + String.join(", ", types)));
    }

    private static boolean isTaken(String type, String range) {
        return range.equals(type)
                || range.equals("*/*")
                || (range.endsWith("/*") && type.startsWith(range.substring(0, range.length() - 1)));
    }

    /** Reads the body, which must be there. */
    <T> Mono<T> body(Class<T> type) {
        return bytes().map(bytes -> Faults.reading(() -> WireJson.read(bytes, type)));
    }

    /** Reads the body; one that is not there says nothing. */
    <T> Mono<T> bodyOrDefaults(Class<T> type) {
        return bytes().map(bytes -> bytes.length == 0 ? NOTHING : bytes)
                .map(bytes -> Faults.reading(() -> WireJson.read(bytes, type)));
    }

    private Mono<byte[]> bytes() {
        return Mono.defer(() -> {
            String length = header(HttpHeaderNames.CONTENT_LENGTH);
            if (length != null && length.length() > 7) {
                return Mono.error(Exchange::tooLarge);
            }
            return request.receive()
                    .collect(ByteArrayOutputStream::new, Exchange::append)
                    .timeout(bodyTimeout, Mono.error(Exchange::tooLate))
                    .onErrorMap(AbortedException.class, gone -> tooLate())
                    .map(this::checkedType);
        });
    }

    private static void append(ByteArrayOutputStream bytes, ByteBuf more) {
        if (bytes.size() + more.readableBytes() > WireJson.MAX_BYTES) {
            throw tooLarge();
        }
        byte[] copy = new byte[more.readableBytes()];
        more.readBytes(copy);
        bytes.writeBytes(copy);
    }

    private static RefusedException tooLarge() {
        return new RefusedException(ProblemKind.TOO_LARGE, "a body must have at most " + WireJson.MAX_BYTES + " bytes");
    }

    private static RefusedException tooLate() {
        return new RefusedException(ProblemKind.REQUEST_TIMEOUT, "the body did not come in time");
    }

    private byte[] checkedType(ByteArrayOutputStream body) {
        String type = header(HttpHeaderNames.CONTENT_TYPE);
        String bare = type == null ? "" : type.split(";", 2)[0].strip();
        if (body.size() > 0 && !bare.equalsIgnoreCase(JSON)) {
            throw new RefusedException(ProblemKind.UNSUPPORTED_MEDIA_TYPE, "a body must be " + JSON);
        }
        return body.toByteArray();
    }

    Mono<Void> json(int status, Object value) {
        return Mono.defer(() -> {
            byte[] json = WireJson.write(value);
            return send(response, status, JSON, json);
        });
    }

    Mono<Void> empty() {
        return turn(response).then(Mono.defer(() -> response.status(204).send()));
    }

    static Mono<Void> send(HttpServerResponse response, int status, String type, byte[] content) {
        return turn(response).then(Mono.defer(() -> response.status(status)
                .header(HttpHeaderNames.CONTENT_TYPE, type)
                .header(HttpHeaderNames.CONTENT_LENGTH, String.valueOf(content.length))
                .header(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .header("X-Content-Type-Options", "nosniff")
                .sendByteArray(Mono.just(content))
                .then()));
    }

    /**
     * Completes on the connection's loop, when that has done what it is at. A request that came before the last answer
     * was quite over is kept, and passed on later; if it is answered while that is being done, nobody reads the
     * connection any more (reactor-netty#4361). So is an answer that is written on another thread over there, not on
     * the loop, where the next request may come in between.
     */
    static Mono<Void> turn(HttpServerResponse response) {
        return Mono.create(sink -> response.withConnection(
                connection -> connection.channel().eventLoop().execute(sink::success)));
    }
}
