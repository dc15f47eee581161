// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A bundle is not one, or its configuration cannot be run. */
public final class InvalidBundleException extends OciRuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an error.
     *
     * @param bundle the bundle
     * @param why what is wrong with it
     * @param failed the command that failed, or null if none did
     * @param cause what caused it, or null
     */
    public InvalidBundleException(Path bundle, String why, @Nullable FailedCommand failed, @Nullable Throwable cause) {
        super("invalid bundle '" + bundle + "': " + why, failed, cause);
    }

    /**
     * Makes what was told by somebody else, such as a server.
     *
     * @param message what failed and why
     * @param failed the command that failed, or null if there is none
     */
    public InvalidBundleException(String message, @Nullable FailedCommand failed) {
        super(message, failed, null);
    }
}
