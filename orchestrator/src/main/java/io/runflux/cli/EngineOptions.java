// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.events.ContainerId;
import io.runflux.orchestrator.Orchestrator;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Mono;

/** What a command takes that has an orchestrator do something with one container: a server's, or one of its own. */
final class EngineOptions {
    @Mixin
    private CommonOptions options = new CommonOptions();

    @Parameters(paramLabel = "ID", converter = ContainerIdConverter.class, description = "the container")
    private @Nullable ContainerId id;

    <T> @Nullable T call(BiFunction<Orchestrator, ContainerId, Mono<T>> work) {
        ContainerId container = Required.of(id);
        return options.call(
                orchestrator -> work.apply(orchestrator, container),
                runtimes -> runtimes.orchestrating(container, own -> work.apply(own, container)));
    }
}
