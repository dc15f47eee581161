// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Where things lie, and whom they belong to. */
final class Paths {
    static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final int STICKY = 01000;
    private static final int WRITABLE_BY_OTHERS = 0022;

    private static volatile @Nullable Long ownUid;

    private Paths() {}

    static Path checkAbsolute(String what, Path path) {
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException(what + " must be an absolute path, was '" + path + "'");
        }
        return path;
    }

    static List<String> checkPrefix(List<String> command) {
        if (!command.isEmpty() && !command.get(0).startsWith("/")) {
            throw new IllegalArgumentException(
                    "command prefix must begin with an absolute path, was '" + command.get(0) + "'");
        }
        return List.copyOf(command);
    }

    static Path stateDirectory(String name) {
        Path run = runDirectory();
        return run == null
                ? Path.of("/tmp/runflux-" + ownUid(), name)
                : run.resolve("runflux").resolve(name);
    }

    /**
     * Returns where the files of calls are by default. runc writes a pid or an error through to the disk, which costs
     * nothing where there is none, as below /run on most machines (tmpfs(5)).
     */
    static Path callDirectory() {
        return callDirectory(runDirectory());
    }

    /** What is not there yet can be made by this user alone, as long as nobody else can add anything on the way. */
    static Path callDirectory(@Nullable Path run) {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
        if (run == null) {
            return temporary;
        }
        Path calls = run.resolve("runflux").resolve("calls");
        try {
            Path existing = existing(calls).toRealPath();
            boolean isOurs = Files.isDirectory(existing) && Files.isWritable(existing) && isOutOfReach(existing);
            return isOurs ? calls : temporary;
        } catch (IOException e) {
            return temporary;
        }
    }

    /** Returns the path, or the first above it that is there. */
    private static Path existing(Path path) {
        Path existing = path;
        while (!Files.exists(existing)) {
            existing = Objects.requireNonNull(existing.getParent());
        }
        return existing;
    }

    /** Returns null if this user has none. */
    private static @Nullable Path runDirectory() {
        if (ownUid() == 0) {
            return Path.of("/run");
        }
        String directory = System.getenv("XDG_RUNTIME_DIR");
        return directory == null || !directory.startsWith("/") ? null : Path.of(directory);
    }

    /** Read once: nobody changes the user of a JVM. */
    static long ownUid() {
        try {
            Long known = ownUid;
            if (known == null) {
                known = uid(Path.of("/proc/self"));
                ownUid = known;
            }
            return known;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static long uid(Path path) throws IOException {
        return ((Number) Files.getAttribute(path, "unix:uid")).longValue();
    }

    static long gid(Path path) throws IOException {
        return ((Number) Files.getAttribute(path, "unix:gid")).longValue();
    }

    /**
     * Returns the directory with symbolic links resolved, as far as it exists, once it is certain that nobody but root
     * and this user can change it or put another in its place.
     */
    static Path toTrusted(String what, Path directory) throws IOException {
        Path wanted = directory.normalize();
        Path existing = existing(wanted);
        Path real = existing.toRealPath();
        boolean isTrusted = (!existing.equals(wanted) || isTrusted(real)) && isTrustedWay(real);
        if (!isTrusted) {
            throw new RuntimeUnavailableException(
                    what + " '" + directory + "' and all above it must belong to root or this user and be writable by"
                            + " their owner alone, or be sticky directories of root above it",
                    null);
        }
        return real.resolve(existing.relativize(wanted));
    }

    /** Others can add to a sticky directory of root, such as /tmp, and cannot replace what is there. */
    private static boolean isTrustedWay(Path real) throws IOException {
        return isEachUpwards(real, place -> place.isTrusted() || (place.uid() == 0 && place.isSticky()));
    }

    /** Says whether nobody but root and this user can change the file or anything above it, nor add to that. */
    static boolean isOutOfReach(Path real) throws IOException {
        return isEachUpwards(real, Ownership::isTrusted);
    }

    private static boolean isEachUpwards(Path real, Predicate<Ownership> condition) throws IOException {
        for (Path place = real; place != null; place = place.getParent()) {
            if (!condition.test(Ownership.of(place))) {
                return false;
            }
        }
        return true;
    }

    /** Says whether nobody but root and this user can change the file. */
    static boolean isTrusted(Path path) throws IOException {
        return Ownership.of(path).isTrusted();
    }

    /** Whose a file is, and what others may do with it, as one look tells. */
    private record Ownership(int uid, int mode) {
        static Ownership of(Path path) throws IOException {
            Map<String, Object> attributes = Files.readAttributes(path, "unix:uid,mode");
            return new Ownership(number(attributes, "uid"), number(attributes, "mode"));
        }

        private static int number(Map<String, Object> attributes, String name) {
            return (Integer) Objects.requireNonNull(attributes.get(name));
        }

        boolean isTrusted() {
            return (uid == 0 || uid == ownUid()) && (mode & WRITABLE_BY_OTHERS) == 0;
        }

        boolean isSticky() {
            return (mode & STICKY) != 0;
        }
    }
}
