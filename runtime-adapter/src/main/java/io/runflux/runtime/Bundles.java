// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.oci.OciJson;
import io.runflux.oci.OciJsonException;
import io.runflux.oci.OciProcess;
import io.runflux.oci.Spec;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Reads bundles, and checks them before anything is started. */
public final class Bundles {
    private Bundles() {}

    static void checkAbsolute(Path bundle) {
        Paths.checkAbsolute("bundle", bundle);
    }

    /** Completes if the path is a real directory with a configuration, one of a terminal if that is asked for. */
    static Mono<Void> check(Path bundle, ContainerStdio stdio) {
        return Blocking.run(() -> {
            checkNow(bundle);
            if (stdio.terminal() != null) {
                checkTerminal(bundle, read(bundle).process());
            }
        });
    }

    private static void checkTerminal(Path bundle, @Nullable OciProcess process) {
        if (process == null || !process.terminal()) {
            throw new InvalidBundleException(
                    bundle, "process.terminal is not true, and a terminal is asked for", null, null);
        }
    }

    /**
     * Reads the configuration of a bundle. Blocks.
     *
     * @param bundle the directory
     * @return what its {@code config.json} holds
     * @throws InvalidBundleException if it is no directory, has no configuration, or one that cannot be read
     */
    public static Spec read(Path bundle) {
        checkNow(bundle);
        try {
            return OciJson.read(bundle.resolve(Spec.FILE_NAME), Spec.class);
        } catch (OciJsonException | UncheckedIOException e) {
            throw new InvalidBundleException(bundle, String.valueOf(e.getMessage()), null, e);
        }
    }

    private static void checkNow(Path bundle) {
        if (!Files.isDirectory(bundle, LinkOption.NOFOLLOW_LINKS)) {
            throw new InvalidBundleException(bundle, "it is not a directory", null, null);
        }
        if (!Files.isRegularFile(bundle.resolve(Spec.FILE_NAME))) {
            throw new InvalidBundleException(bundle, "it has no " + Spec.FILE_NAME, null, null);
        }
    }
}
