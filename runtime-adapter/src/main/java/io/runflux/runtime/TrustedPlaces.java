// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the program and the root of a runtime lie, once it is certain that nobody but root and this user can change
 * them.
 *
 * <p>Where nobody else can even add something on the way there, nobody else can make that otherwise, and what was found
 * is good for a second: nobody is let in by that. Below a sticky directory, such as /tmp, each call looks again, since
 * anybody could put something in the place of what this user has removed.
 */
final class TrustedPlaces {
    private static final long MAX_AGE = TimeUnit.SECONDS.toNanos(1);

    private final RuntimeConfig config;
    private final String rootName;
    private final LongSupplier nanoTime;
    private volatile @Nullable Found last;

    /** Takes what tells the time, in nanoseconds. */
    TrustedPlaces(RuntimeConfig config, String runtime, LongSupplier nanoTime) {
        this.config = config;
        rootName = "root of " + runtime;
        this.nanoTime = nanoTime;
    }

    /** Blocks. */
    Found find() throws IOException {
        Found known = last;
        return known != null && isGood(known) ? known : look();
    }

    private boolean isGood(Found known) {
        return nanoTime.getAsLong() - known.since() < MAX_AGE
                && Files.isDirectory(known.config().root());
    }

    private Found look() throws IOException {
        long since = nanoTime.getAsLong();
        Path binary = TrustedBinary.check(config.binary());
        Path root = trustedRoot();
        Found found = new Found(binary, config.toBuilder().root(root).build(), since);
        last = Paths.isOutOfReach(binary) && Paths.isOutOfReach(root) ? found : null;
        return found;
    }

    /** Some runtimes make their root with the first container, and until then fail to list what is in it. */
    private Path trustedRoot() throws IOException {
        Path root = Paths.toTrusted(rootName, config.root());
        if (Files.isDirectory(root)) {
            return root;
        }
        Files.createDirectories(root, PosixFilePermissions.asFileAttribute(Paths.OWNER_ONLY));
        return Paths.toTrusted(rootName, root);
    }

    /**
     * What was looked at is what is called: links may lead elsewhere a moment later.
     *
     * @param binary without symbolic links
     * @param config with a root without symbolic links, which is there
     * @param since the nanoseconds at which it was looked at
     */
    record Found(Path binary, RuntimeConfig config, long since) {}
}
