// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.runflux.server.Query.Parameter;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What can be asked for.
 *
 * @param method the method of HTTP
 * @param template the path, with {@code {id}} for the container
 * @param name what it is called
 * @param summary what it does
 * @param request the type of the body, or null for none
 * @param status the code of success
 * @param response the type of the answer, or null for none
 * @param types the media types of the answer, none for a WebSocket alone
 * @param query what the query may have
 * @param isSocket whether it can be, or has to be, upgraded to a WebSocket
 * @param handler what answers
 */
record Route(
        String method,
        String template,
        String name,
        String summary,
        @Nullable Class<?> request,
        int status,
        @Nullable Class<?> response,
        List<String> types,
        List<Parameter> query,
        boolean isSocket,
        Function<Exchange, Mono<Void>> handler) {
    private static final List<String> JSON = List.of(Exchange.JSON);

    static Route get(String template, String name, String summary, Function<Exchange, Mono<Void>> handler) {
        return new Route("GET", template, name, summary, null, 200, null, JSON, List.of(), false, handler);
    }

    static Route post(String template, String name, String summary, Function<Exchange, Mono<Void>> handler) {
        return new Route("POST", template, name, summary, null, 204, null, List.of(), List.of(), false, handler);
    }

    static Route delete(String template, String name, String summary, Function<Exchange, Mono<Void>> handler) {
        return new Route("DELETE", template, name, summary, null, 204, null, List.of(), List.of(), false, handler);
    }

    Route takes(Class<?> type) {
        return new Route(method, template, name, summary, type, status, response, types, query, isSocket, handler);
    }

    Route answers(int code, Class<?> type) {
        return new Route(method, template, name, summary, request, code, type, JSON, query, isSocket, handler);
    }

    Route as(String... mediaTypes) {
        return new Route(
                method,
                template,
                name,
                summary,
                request,
                status,
                response,
                List.of(mediaTypes),
                query,
                isSocket,
                handler);
    }

    Route with(Parameter... parameters) {
        return new Route(
                method,
                template,
                name,
                summary,
                request,
                status,
                response,
                types,
                List.of(parameters),
                isSocket,
                handler);
    }

    /** Has it upgraded; without other types it has to be. */
    Route upgrades() {
        return new Route(method, template, name, summary, request, status, response, types, query, true, handler);
    }

    boolean mustUpgrade() {
        return isSocket && types.isEmpty();
    }
}
