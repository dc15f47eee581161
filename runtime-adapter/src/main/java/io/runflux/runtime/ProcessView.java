// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

/** Which processes of a container to list. */
public enum ProcessView {
    /** Those that the runtime finds in the container. */
    RUNNING,
    /** Those, and the ones on record that have ended. */
    ALL
}
