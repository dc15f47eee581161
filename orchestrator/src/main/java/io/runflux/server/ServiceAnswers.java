// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What there is to say of the server itself. */
final class ServiceAnswers {
    static final String METRICS_TYPE = "text/plain";

    private final Running running;
    private final @Nullable Supplier<String> metrics;
    private @Nullable Map<String, Object> description;

    ServiceAnswers(Running running, @Nullable Supplier<String> metrics) {
        this.running = running;
        this.metrics = metrics;
    }

    void describes(RouteTable routes, Demands demands) {
        description = OpenApi.describe(routes, demands);
    }

    Mono<Void> health(Exchange exchange) {
        return exchange.json(200, Map.of("status", "ok"));
    }

    Mono<Void> ready(Exchange exchange) {
        return running.isClosing() ? Mono.error(Running.refusal()) : exchange.json(200, Map.of("status", "ok"));
    }

    Mono<Void> metrics(Exchange exchange) {
        Supplier<String> source = Objects.requireNonNull(metrics, "metrics");
        byte[] text = source.get().getBytes(StandardCharsets.UTF_8);
        return Exchange.send(exchange.response(), 200, METRICS_TYPE + "; version=0.0.4; charset=utf-8", text);
    }

    Mono<Void> describe(Exchange exchange) {
        return exchange.json(200, Objects.requireNonNull(description, "description"));
    }
}
