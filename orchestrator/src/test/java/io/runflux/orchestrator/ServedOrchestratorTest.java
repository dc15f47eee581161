// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.client.RunfluxClient;
import io.runflux.server.RunfluxServer;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import reactor.core.publisher.Mono;

@Tag("once")
class ServedOrchestratorTest extends OrchestratorContract {
    private @Nullable RunfluxServer server;

    @Override
    Orchestrator reach(EmbeddedOrchestrator keeper, Path place) {
        Path socket = place.resolve("served").resolve("s");
        server = RunfluxServer.builder(keeper)
                .unixSocket(socket)
                .start()
                .blockOptional(LIMIT)
                .orElseThrow();
        return RunfluxClient.connect("unix://" + socket);
    }

    @Override
    Mono<Void> letGo() {
        return Objects.requireNonNull(server).disposeLater();
    }
}
