// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.runtime.CheckpointOptions;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "checkpoint",
        description = "Writes the state of a container's processes to an image, and ends them.",
        mixinStandardHelpOptions = true)
final class CheckpointCommand implements Callable<Integer> {
    @Mixin
    private ContainerOptions container = new ContainerOptions();

    @Option(
            names = "--image",
            required = true,
            paramLabel = "DIR",
            description = "where the image is written to, on the machine of the container; made if it does not exist")
    private @Nullable Path image;

    @Option(names = "--leave-running", description = "do not end them")
    private boolean leaveRunning;

    @Override
    public Integer call() {
        CheckpointOptions options = CheckpointOptions.to(
                        Required.of(image).toAbsolutePath().normalize())
                .withLeaveRunning(leaveRunning);
        container.<Void>call(
                (orchestrator, id) -> orchestrator.checkpoint(id, options),
                (runtime, id) -> runtime.checkpoint(id, options));
        return ExitCodes.OK;
    }
}
