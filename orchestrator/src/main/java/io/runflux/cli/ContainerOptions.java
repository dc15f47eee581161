// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.events.ContainerId;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.runtime.OciRuntime;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Mono;

/** What a command on one container takes. */
final class ContainerOptions extends CommonOptions {
    @Parameters(index = "0", paramLabel = "ID", converter = ContainerIdConverter.class, description = "the container")
    private @Nullable ContainerId id;

    /** Does something with the container at the server, if one was named, or else through the runtime that has it. */
    <T> @Nullable T call(
            BiFunction<Orchestrator, ContainerId, Mono<T>> served, BiFunction<OciRuntime, ContainerId, Mono<T>> here) {
        ContainerId container = Required.of(id);
        return call(orchestrator -> served.apply(orchestrator, container), runtimes -> runtimes.having(container)
                .flatMap(runtime -> here.apply(runtime, container)));
    }

    /** Does something with the container through the runtime that has it, and waits for it. */
    <T> @Nullable T call(BiFunction<OciRuntime, ContainerId, Mono<T>> work) {
        ContainerId container = Required.of(id);
        return call(runtimes -> runtimes.having(container).flatMap(runtime -> work.apply(runtime, container)));
    }

    /** Does the same at the server, or else through an orchestrator of its own around the runtime that has it. */
    <T> @Nullable T orchestrate(BiFunction<Orchestrator, ContainerId, Mono<T>> work) {
        ContainerId container = Required.of(id);
        return call(
                orchestrator -> work.apply(orchestrator, container),
                runtimes -> runtimes.orchestrating(container, own -> work.apply(own, container)));
    }
}
