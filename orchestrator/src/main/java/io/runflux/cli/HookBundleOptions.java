// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.oci.Spec;
import io.runflux.runtime.Bundles;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec.Target;

/** The bundle that hooks are selected for. */
final class HookBundleOptions {
    @picocli.CommandLine.Spec(Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(names = "--bundle", required = true, paramLabel = "DIR", description = "the OCI bundle of the container")
    private @Nullable Path bundle;

    Path directory() {
        return ExistingDirectory.of(command, "--bundle", Required.of(bundle));
    }

    /** Reads the configuration as a run gives it to hooks: the paths of root and bind mounts are absolute. */
    Spec config() {
        return Bundles.read(directory()).withPathsFrom(directory());
    }
}
