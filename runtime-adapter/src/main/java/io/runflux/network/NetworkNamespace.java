// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import java.nio.file.Path;

/**
 * A network namespace with a name: a file that keeps it, and by which others find it.
 *
 * @param name letters and digits with single {@code .}, {@code _} or {@code -} between them, at most 76 characters
 * @param path the file, absolute; what a container's specification names, and what {@code nsenter --net=} takes
 */
public record NetworkNamespace(String name, Path path) {
    /**
     * Checks the values.
     *
     * @param name letters and digits with single {@code .}, {@code _} or {@code -} between them, at most 76 characters
     * @param path the file, absolute
     * @throws IllegalArgumentException if the name is no such name, or the path is relative
     */
    public NetworkNamespace {
        Names.check("network namespace", name);
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("path of a network namespace must be absolute, was '" + path + "'");
        }
    }
}
