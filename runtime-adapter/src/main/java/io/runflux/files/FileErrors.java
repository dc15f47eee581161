// SPDX-License-Identifier: Apache-2.0
package io.runflux.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Words for what is wrong with files. */
public final class FileErrors {
    private FileErrors() {}

    /**
     * Says what is wrong with which file.
     *
     * @param error what was thrown
     * @return words for people, with the path where the error knows it
     */
    public static String why(IOException error) {
        if (error instanceof NoSuchFileException missing) {
            return "'" + missing.getFile() + "' does not exist";
        }
        if (error instanceof AccessDeniedException denied) {
            return "'" + denied.getFile() + "' may not be read";
        }
        if (error instanceof FileSystemException wrong && wrong.getReason() != null) {
            return "'" + wrong.getFile() + "' " + wrong.getReason();
        }
        return error.toString();
    }
}
