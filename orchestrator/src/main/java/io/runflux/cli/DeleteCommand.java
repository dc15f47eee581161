// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.events.ContainerId;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.OciRuntime;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Mono;

@Command(
        name = "delete",
        description = "Removes a container that does not run, and what it held if the command that ran it was killed.",
        mixinStandardHelpOptions = true)
final class DeleteCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions options = new CommonOptions();

    @Option(
            names = {"-f", "--force"},
            description = "kill it first if it runs")
    private boolean force;

    @Parameters(paramLabel = "ID", converter = ContainerIdConverter.class, description = "the container")
    private @Nullable ContainerId id;

    @Override
    public Integer call() {
        DeleteOptions how = DeleteOptions.defaults().withForce(force);
        options.<Void>call(orchestrator -> orchestrator.remove(Required.of(id), how), this::delete);
        return ExitCodes.OK;
    }

    private Mono<Void> delete(Runtimes runtimes) {
        ContainerId container = Required.of(id);
        return runtimes.having(container).flatMap(runtime -> delete(runtimes, runtime, container));
    }

    /** What a killed command held of it goes with it. */
    private Mono<Void> delete(Runtimes runtimes, OciRuntime runtime, ContainerId container) {
        return runtime.delete(container, DeleteOptions.defaults().withForce(force))
                .then(runtimes.sweep(runtime, container));
    }
}
