// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

/** What some runtimes can do and others cannot. */
enum Feature {
    /** Changing the root without pivot_root. */
    NO_PIVOT,
    /** Keeping the session keyring. */
    NO_NEW_KEYRING,
    /** Signalling all processes of a container. */
    KILL_ALL
}
