// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says what is wrong with a file. */
final class Failures {
    private Failures() {}

    static String why(Throwable cause) {
        if (cause instanceof NoSuchFileException missing) {
            return "'" + missing.getFile() + "' does not exist";
        }
        if (cause instanceof AccessDeniedException denied) {
            return "'" + denied.getFile() + "' may not be opened";
        }
        if (cause instanceof FileSystemException wrong && wrong.getReason() != null) {
            return "'" + wrong.getFile() + "' " + wrong.getReason();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
