// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.events.Signal;
import io.runflux.oci.OciJson;
import io.runflux.oci.OciJsonException;
import io.runflux.oci.OciProcess;
import io.runflux.oci.Spec;
import io.runflux.orchestrator.BundleSource;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a plain process gets when this JVM is killed, so that it does not stay behind. It takes setpriv(1), and cannot
 * be combined with a umask.
 */
final class ParentDeath {
    private static final List<String> DIRECTORIES = List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin");

    private ParentDeath() {}

    static @Nullable Signal signalFor(BundleSource source) {
        return signalFor(
                source instanceof BundleSource.Configuration configuration
                        ? configuration.spec().process()
                        : read(((BundleSource.Directory) source).path()));
    }

    static @Nullable Signal signalFor(@Nullable OciProcess process) {
        boolean isPossible = process != null && process.user().umask() == null && hasSetpriv();
        return isPossible ? Signal.KILL : null;
    }

    private static boolean hasSetpriv() {
        return DIRECTORIES.stream().anyMatch(directory -> Files.isExecutable(Path.of(directory, "setpriv")));
    }

    /** A bundle that cannot be read is reported by who runs it. */
    private static @Nullable OciProcess read(Path bundle) {
        try {
            return OciJson.read(bundle.resolve(Spec.FILE_NAME), Spec.class).process();
        } catch (OciJsonException | UncheckedIOException e) {
            return null;
        }
    }
}
