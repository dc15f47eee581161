// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.runflux.oci.ContainerStats;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.netty.http.client.PrematureCloseException;
import reactor.test.StepVerifier;

/** A server ends while lines are still to come. */
class EndingLinesTest {
    private static final ContainerStats STATS =
            new ContainerStats(null, null, null, null, Map.of(), List.of(), Map.of());

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"stats, stats?interval=1s", "logs, logs?follow=true"})
    void lines_serverEnds_areBrokenOffAndAskedForNoLonger(String method, String path) {
        Sinks.Empty<Void> cancelled = Sinks.empty();
        Flux<?> lines = Flux.concat(Flux.just(STATS), Flux.never()).doOnCancel(cancelled::tryEmitEmpty);
        try (Stub stub = new Stub(directory, Map.of(method, lines))) {
            StepVerifier.create(stub.client()
                            .get()
                            .uri("/v1/containers/c1/" + path)
                            .responseContent()
                            .asString())
                    .expectNextCount(1)
                    .then(() -> stub.server().disposeLater().block(Served.LIMIT))
                    .thenConsumeWhile(text -> true)
                    .expectError(PrematureCloseException.class)
                    .verify(Served.LIMIT);

            cancelled.asMono().block(Duration.ofSeconds(5));
        }
    }
}
