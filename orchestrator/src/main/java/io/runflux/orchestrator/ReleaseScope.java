// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

/** How much of what a container holds is released. */
public enum ReleaseScope {
    /** All of it. */
    ALL,
    /** What outlives the sandbox, which is about to end; what ends with it is forgotten, and not looked at. */
    OUTLIVING_SANDBOX
}
