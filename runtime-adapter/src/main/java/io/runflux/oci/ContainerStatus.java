// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import java.util.Locale;

/** Where a container is in its life. */
public enum ContainerStatus {
    /** It is being created. */
    CREATING,
    /** It is ready, and the program of the user has not been started. */
    CREATED,
    /** The program of the user runs. */
    RUNNING,
    /** Its processes are frozen. */
    PAUSED,
    /** Its init process has ended. */
    STOPPED,
    /** The runtime said a word that the specification does not have. */
    UNKNOWN;

    /**
     * Reads the word of a runtime.
     *
     * @param word such as {@code running}
     * @return the status, or {@link #UNKNOWN}
     */
    public static ContainerStatus of(String word) {
        for (ContainerStatus status : values()) {
            if (status.word().equals(word)) {
                return status;
            }
        }
        return UNKNOWN;
    }

    /**
     * Returns the word of the specification.
     *
     * @return such as {@code running}
     */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns {@link #word()}. */
    @Override
    public String toString() {
        return word();
    }
}
