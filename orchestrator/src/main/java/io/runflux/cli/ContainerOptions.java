// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.events.ContainerId;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.runtime.OciRuntime;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Mono;

/** What a command on one container takes. */
final class ContainerOptions {
    @Mixin
    private CommonOptions options = new CommonOptions();

    @Parameters(index = "0", paramLabel = "ID", converter = ContainerIdConverter.class, description = "the container")
    private @Nullable ContainerId id;

    /** Does something with the container at the server, if one was named, or else through the runtime that has it. */
    <T> @Nullable T call(
            BiFunction<Orchestrator, ContainerId, Mono<T>> served, BiFunction<OciRuntime, ContainerId, Mono<T>> here) {
        ContainerId container = Required.of(id);
        return options.isConnected()
                ? options.callServer(orchestrator -> served.apply(orchestrator, container))
                : call(here);
    }

    /** Does something with the container through the runtime that has it, and waits for it. */
    <T> @Nullable T call(BiFunction<OciRuntime, ContainerId, Mono<T>> work) {
        ContainerId container = Required.of(id);
        return options.call(runtimes -> runtimes.having(container).flatMap(runtime -> work.apply(runtime, container)));
    }
}
