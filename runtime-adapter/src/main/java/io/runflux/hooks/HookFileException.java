// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import io.runflux.files.FileErrors;
import java.io.IOException;
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
        return new HookFileException(file, FileErrors.why(cause), cause);
    }

    static HookFileException again(HookFileException error) {
        return new HookFileException(String.valueOf(error.getMessage()), error, error.file);
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
