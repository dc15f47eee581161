// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.oci.Root;
import io.runflux.oci.Spec;
import java.nio.file.Path;

/** Where the bundle of a container comes from. */
public sealed interface BundleSource {
    /**
     * A bundle that exists.
     *
     * @param path absolute
     */
    record Directory(Path path) implements BundleSource {
        /**
         * Checks the path.
         *
         * @param path absolute
         * @throws IllegalArgumentException if it is relative
         */
        public Directory {
            if (!path.isAbsolute()) {
                throw new IllegalArgumentException("bundle must be an absolute path, was '" + path + "'");
            }
        }
    }

    /**
     * A configuration, for which a bundle is written.
     *
     * @param spec the path of its root is absolute
     */
    record Configuration(Spec spec) implements BundleSource {
        /**
         * Checks the root.
         *
         * @param spec the path of its root is absolute
         * @throws IllegalArgumentException if it has no root, or a relative one
         */
        public Configuration {
            Root root = spec.root();
            if (root == null || !root.path().startsWith("/")) {
                throw new IllegalArgumentException("the root of a configuration must be an absolute path, was "
                        + (root == null ? "none" : "'" + root.path() + "'"));
            }
        }
    }
}
