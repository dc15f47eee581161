// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.oci.Mount;
import io.runflux.oci.OciJson;
import io.runflux.oci.Root;
import io.runflux.oci.Spec;
import io.runflux.runtime.InvalidBundleException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
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
        Path directory = directory();
        try {
            return absolute(OciJson.read(directory.resolve(Spec.FILE_NAME), Spec.class), directory);
        } catch (UncheckedIOException e) {
            throw e.getCause() instanceof NoSuchFileException
                    ? new InvalidBundleException(directory, "it has no " + Spec.FILE_NAME, null, e)
                    : e;
        }
    }

    private static Spec absolute(Spec spec, Path bundle) {
        Root root = spec.root();
        Spec moved = root == null
                ? spec
                : spec.withRoot(new Root(bundle.resolve(root.path()).toString(), root.readonly(), root.unknown()));
        return moved.withMounts(
                spec.mounts().stream().map(mount -> absolute(mount, bundle)).toList());
    }

    private static Mount absolute(Mount mount, Path bundle) {
        String source = mount.source();
        return mount.isBind() && source != null
                ? mount.withSource(bundle.resolve(source).toString())
                : mount;
    }
}
