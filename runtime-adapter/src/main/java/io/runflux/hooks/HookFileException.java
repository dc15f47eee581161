// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A hook file, or a directory of such, cannot be used. The message names it and says why. */
public final class HookFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The file or directory. */
    private final transient Path file;

    HookFileException(Path file, String why, @Nullable Throwable cause) {
        this("cannot use '" + file + "': " + why, cause, file);
    }

    private HookFileException(String message, @Nullable Throwable cause, Path file) {
        super(message, cause);
        this.file = file;
    }

    static HookFileException of(Path file, IOException cause) {
        return new HookFileException(file, why(cause), cause);
    }

    static HookFileException again(HookFileException error) {
        return new HookFileException(String.valueOf(error.getMessage()), error, error.file);
    }

    /** Says what is wrong with which file, which need not be the hook file. */
    static String why(IOException cause) {
        if (cause instanceof NoSuchFileException missing) {
            return "'" + missing.getFile() + "' does not exist";
        }
        if (cause instanceof AccessDeniedException denied) {
            return "'" + denied.getFile() + "' may not be read";
        }
        if (cause instanceof FileSystemException wrong && wrong.getReason() != null) {
            return "'" + wrong.getFile() + "' " + wrong.getReason();
        }
        return cause.toString();
    }

    /**
     * Returns what cannot be used, as it was found: symbolic links are not resolved.
     *
     * @return a hook file, or a directory if the trouble is with all of it
     */
    public Path file() {
        return file;
    }
}
