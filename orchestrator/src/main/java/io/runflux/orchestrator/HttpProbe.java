// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.tcp.TcpResources;

/** Asks for a page, on the event loops that the launcher uses, too. */
final class HttpProbe implements HealthProbe {
    private static final Set<String> SCHEMES = Set.of("http", "https");
    private static final int FIRST_GOOD = 200;
    private static final int FIRST_BAD = 400;

    private final URI uri;

    HttpProbe(URI uri) {
        check(uri);
        this.uri = uri;
    }

    static void check(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!SCHEMES.contains(scheme) || uri.getHost() == null) {
            throw new IllegalArgumentException("a probe needs an http or https URI with a host, was '" + uri + "'");
        }
    }

    @Override
    public Mono<ProbeResult> check(Duration limit) {
        return Mono.defer(this::request).timeout(limit, Mono.fromSupplier(() -> CutOff.after(limit)));
    }

    private Mono<ProbeResult> request() {
        return HttpClient.newConnection()
                .runOn(TcpResources.get())
                .get()
                .uri(uri)
                .response(HttpProbe::read)
                .next();
    }

    /** A body that goes on is not read to its end. */
    private static Mono<ProbeResult> read(HttpClientResponse response, ByteBufFlux body) {
        ProbeOutput output = new ProbeOutput();
        return body.doOnNext(output::add)
                .takeUntil(buffer -> output.isFull())
                .then(Mono.fromSupplier(() -> toResult(response.status().code(), output.text())));
    }

    private static ProbeResult toResult(int code, String body) {
        String text = "HTTP " + code + (body.isEmpty() ? "" : ": " + body);
        return new ProbeResult(code >= FIRST_GOOD && code < FIRST_BAD, text);
    }
}
