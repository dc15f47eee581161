// SPDX-License-Identifier: Apache-2.0
package io.runflux.files;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;

/**
 * Refuses files that others than root and one user could have changed, or could have put there.
 *
 * <p>A path is walked from the root as the kernel walks it, so that each directory and each symbolic link on the way is
 * looked at, those between a link and what it leads to included.
 */
public final class TrustedFiles {
    private static final int TYPE = 0170000;
    private static final int DIRECTORY = 0040000;
    private static final int REGULAR = 0100000;
    private static final int LINK = 0120000;
    private static final int STICKY = 01000;
    private static final int WRITABLE_BY_OTHERS = 0022;
    /** As many as Linux follows. */
    private static final int MAX_LINKS = 40;

    private final int uid;

    /**
     * Trusts that user, besides root.
     *
     * @param uid the user
     */
    public TrustedFiles(int uid) {
        this.uid = uid;
    }

    /**
     * Trusts the user of this JVM, besides root. Blocks.
     *
     * @return the check
     * @throws IOException if the user cannot be told
     */
    public static TrustedFiles ofThisUser() throws IOException {
        return new TrustedFiles((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    }

    /**
     * Returns the directory without symbolic links. Blocks.
     *
     * @param directory absolute
     * @return the directory
     * @throws IOException if it is not there, is no directory or is not to be trusted
     */
    public Path checkDirectory(Path directory) throws IOException {
        return check(directory, DIRECTORY, "a directory");
    }

    /**
     * Returns the file without symbolic links. Blocks.
     *
     * @param file absolute
     * @return the file
     * @throws IOException if it is not there, is no regular file or is not to be trusted
     */
    public Path checkFile(Path file) throws IOException {
        return check(file, REGULAR, "a regular file");
    }

    private Path check(Path path, int type, String kind) throws IOException {
        Path real = walk(path);
        Status status = Status.of(real);
        if (status.type() != type) {
            throw new FileSystemException(real.toString(), null, "must be " + kind);
        }
        if (status.isWritableByOthers()) {
            throw refused(real, status);
        }
        return real;
    }

    private Path walk(Path path) throws IOException {
        Path place = Objects.requireNonNull(path.getRoot(), "path must be absolute");
        checkPlace(place, Status.of(place));
        Deque<Path> names = new ArrayDeque<>();
        path.forEach(names::addLast);
        for (int links = 0; !names.isEmpty(); ) {
            Path next = step(place, names.removeFirst());
            Status status = Status.of(next);
            if (status.type() != LINK) {
                checkPlace(next, status);
                place = next;
            } else if (++links > MAX_LINKS) {
                throw new FileSystemException(
                        path.toString(), null, "must lead through at most " + MAX_LINKS + " symbolic links");
            } else {
                checkOwner(next, status);
                place = follow(place, next, names);
            }
        }
        return place;
    }

    private static Path step(Path place, Path name) {
        return switch (name.toString()) {
            case "", "." -> place;
            case ".." -> Objects.requireNonNullElse(place.getParent(), place);
            default -> place.resolve(name);
        };
    }

    /** Returns where what the link leads to begins, and puts that before the other names. */
    private static Path follow(Path place, Path link, Deque<Path> names) throws IOException {
        Path target = Files.readSymbolicLink(link);
        for (int i = target.getNameCount() - 1; i >= 0; i--) {
            names.addFirst(target.getName(i));
        }
        return Objects.requireNonNullElse(target.getRoot(), place);
    }

    /** In a sticky directory others can add files, and can neither replace nor remove what is there. */
    private void checkPlace(Path place, Status status) throws IOException {
        checkOwner(place, status);
        if (status.isWritableByOthers() && !status.isStickyDirectory()) {
            throw refused(place, status);
        }
    }

    private void checkOwner(Path path, Status status) throws IOException {
        if (status.uid() != 0 && status.uid() != uid) {
            String owners = uid == 0 ? "root" : "root or user " + uid;
            throw new FileSystemException(
                    path.toString(), null, "must belong to " + owners + ", belongs to user " + status.uid());
        }
    }

    private static FileSystemException refused(Path path, Status status) {
        return new FileSystemException(
                path.toString(), null, "must be writable by its owner alone, has mode " + status.permissions());
    }

    /** What the kernel knows of a file itself, links not followed. */
    private record Status(int mode, int uid) {
        static Status of(Path path) throws IOException {
            Map<String, Object> attributes = Files.readAttributes(path, "unix:mode,uid", LinkOption.NOFOLLOW_LINKS);
            return new Status((Integer) Objects.requireNonNull(attributes.get("mode")), (Integer)
                    Objects.requireNonNull(attributes.get("uid")));
        }

        int type() {
            return mode & TYPE;
        }

        boolean isWritableByOthers() {
            return (mode & WRITABLE_BY_OTHERS) != 0;
        }

        boolean isStickyDirectory() {
            return type() == DIRECTORY && (mode & STICKY) != 0;
        }

        String permissions() {
            return String.format("%04o", mode & 07777);
        }
    }
}
