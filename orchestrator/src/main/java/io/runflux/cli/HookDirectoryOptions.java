// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.hooks.HookDirectories;
import io.runflux.hooks.HookSet;
import io.runflux.orchestrator.OrchestratorBuilder;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import reactor.core.publisher.Mono;

/** Where the hooks of containers are described. */
final class HookDirectoryOptions {
    @Spec(Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--hooks-dir",
            paramLabel = "DIR",
            description = "a directory of hook files, as podman has them (repeatable; of files of the same name the one"
                    + " of the last directory counts)")
    private List<Path> directories = List.of();

    boolean isWanted() {
        return !directories.isEmpty();
    }

    /** Reads the given directories; empty if none is given. */
    Mono<HookSet> load() {
        return directories.isEmpty() ? Mono.empty() : load(given());
    }

    /** Reads the given directories, or those of the system if none is given. */
    Mono<HookSet> loadOrDefaults() {
        return load(directories.isEmpty() ? HookDirectories.defaults() : given());
    }

    private static Mono<HookSet> load(HookDirectories from) {
        return from.withExtensionStages(OrchestratorBuilder.HOOK_STAGES).load();
    }

    private HookDirectories given() {
        return HookDirectories.of(directories.stream()
                .map(directory -> ExistingDirectory.of(command, "--hooks-dir", directory))
                .toList());
    }
}
