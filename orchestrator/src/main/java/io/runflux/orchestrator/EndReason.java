// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

/**
 * Why a container ended, as far as the orchestrator knows. Of several, that which comes first here counts: what was
 * asked for is not a failure, whatever happened on the way.
 */
public enum EndReason {
    /** Its {@link Deadline} had come. */
    DEADLINE,
    /** Somebody had asked for it: stopped or removed it, or sent a signal that asks for the end. */
    REQUEST,
    /** It failed, and the kernel had killed a process of it for want of memory since its start. */
    MEMORY,
    /** Its program came to its end, well or not, or nobody knows better. */
    PROGRAM
}
