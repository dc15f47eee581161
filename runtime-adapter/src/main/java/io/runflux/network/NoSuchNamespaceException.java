// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import java.nio.file.Path;

/** There is no such network namespace. */
public final class NoSuchNamespaceException extends NetworkException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an error.
     *
     * @param path where the namespace should be
     */
    public NoSuchNamespaceException(Path path) {
        super("there is no network namespace at " + path, null);
    }
}
