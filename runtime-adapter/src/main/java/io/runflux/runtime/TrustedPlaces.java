// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Where the program and the root of a runtime lie, once it is certain that nobody but root and this user can change
 * them.
 *
 * <p>As long as that is so, nobody else can make it otherwise, so that what was found is good for a moment: nobody is
 * let in by that, and a call then needs no thread that may block. What root or this user change is seen after that.
 */
final class TrustedPlaces {
    private static final long MAX_AGE = TimeUnit.SECONDS.toNanos(1);

    private final RuntimeConfig config;
    private final String name;
    private final LongSupplier nanoTime;
    private volatile @Nullable Found last;

    TrustedPlaces(RuntimeConfig config, String name, LongSupplier nanoTime) {
        this.config = config;
        this.name = name;
        this.nanoTime = nanoTime;
    }

    /** Yields them without a change of threads if they were looked at less than a second ago. */
    Mono<Found> find() {
        return Mono.defer(() -> {
            Found known = known();
            return known == null ? Blocking.call(this::look) : Mono.just(known);
        });
    }

    /** Returns them. Blocks. */
    Found findNow() throws IOException {
        Found known = known();
        return known == null ? look() : known;
    }

    private @Nullable Found known() {
        Found known = last;
        return known == null || nanoTime.getAsLong() - known.since() >= MAX_AGE ? null : known;
    }

    /** The first look also finds what calls of a process that was killed have left. */
    private Found look() throws IOException {
        if (last == null) {
            CallDirectories.sweep(config.temporaryDirectory());
        }
        long since = nanoTime.getAsLong();
        Found found = new Found(
                TrustedBinary.check(config.binary()),
                config.toBuilder().root(trustedRoot()).build(),
                since);
        last = found;
        return found;
    }

    /** Some runtimes make their root with the first container, and until then fail to list what is in it. */
    private Path trustedRoot() throws IOException {
        Path root = Paths.toTrusted("root of " + name, config.root());
        if (!Files.isDirectory(root)) {
            Files.createDirectories(root, PosixFilePermissions.asFileAttribute(Paths.OWNER_ONLY));
        }
        return root;
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
