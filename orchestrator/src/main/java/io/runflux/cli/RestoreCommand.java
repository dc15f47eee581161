// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.events.ContainerId;
import io.runflux.orchestrator.ContainerStreams;
import io.runflux.orchestrator.RunRequest;
import io.runflux.runtime.CreateOptions;
import io.runflux.runtime.RestoreOptions;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "restore",
        description = "Creates a container from an image that checkpoint wrote, lets it go on to its end, and exits as"
                + " its process did; the container is then removed.",
        mixinStandardHelpOptions = true,
        footer = "%nExit codes of its own: 2 wrong arguments, 125 the restoring failed, 141 nobody reads the output any"
                + " more, 255 the end is unknown.")
final class RestoreCommand implements ProcessCommand {
    @Mixin
    private CommonOptions options = new CommonOptions();

    @Option(
            names = "--bundle",
            required = true,
            paramLabel = "DIR",
            description = "the OCI bundle of the container, on its machine")
    private @Nullable Path bundle;

    @Option(
            names = "--image",
            required = true,
            paramLabel = "DIR",
            description = "where the image is, on the machine of the container")
    private @Nullable Path image;

    @Parameters(paramLabel = "ID", converter = ContainerIdConverter.class, description = "the container to create")
    private @Nullable ContainerId id;

    @Override
    public Integer call() {
        ContainerStreams streams = ContainerStreams.copyTo(
                new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err));
        RestoreOptions restore = RestoreOptions.from(absolute(Required.of(image)));
        Path directory = absolute(Required.of(bundle));
        return options.isConnected()
                ? restoreAtServer(directory, streams, restore)
                : restoreHere(directory, streams, restore);
    }

    /** What goes on there ends when this command does. */
    private int restoreAtServer(Path directory, ContainerStreams streams, RestoreOptions restore) {
        RunRequest request = RunRequest.bundle(Required.of(id), directory)
                .withStreams(streams)
                .withImage(restore);
        return ExitCodes.of(Required.of(options.callServer(orchestrator -> orchestrator.run(request)))
                .status());
    }

    private int restoreHere(Path directory, ContainerStreams streams, RestoreOptions restore) {
        RuntimeChoice choice = options.runtime().resolve();
        Path stateDirectory = options.stateDirectory();
        RestoreOptions connected = restore.withCreate(CreateOptions.defaults().withStdio(streams.stdio()));
        try (CommandScope scope = CommandScope.open(!choice.isHost())) {
            Runtimes runtimes = new Runtimes(stateDirectory, scope.launcher(), choice);
            return ExitCodes.of(
                    scope.awaitEnd(runtimes.get(false).restore(Required.of(id), directory, connected), streams));
        }
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }
}
