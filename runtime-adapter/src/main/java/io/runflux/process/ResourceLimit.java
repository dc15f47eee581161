// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

/** The limits of getrlimit(2), by the names that prlimit(1) gives them. */
public enum ResourceLimit {
    /** Address space, in bytes. */
    AS,
    /** Size of a core dump, in bytes. */
    CORE,
    /** Processor time, in seconds. */
    CPU,
    /** Data segment, in bytes. */
    DATA,
    /** Size of a written file, in bytes. */
    FSIZE,
    /** Locked memory, in bytes. */
    MEMLOCK,
    /** Open descriptors. */
    NOFILE,
    /** Processes of the user. */
    NPROC,
    /** Stack, in bytes. */
    STACK;

    /** The value that stands for no limit. */
    public static final long UNLIMITED = -1;

    /**
     * The two values of a limit; {@link ResourceLimit#UNLIMITED} for none.
     *
     * @param soft what is enforced
     * @param hard what the process may raise it to
     */
    public record Values(long soft, long hard) {
        /**
         * Checks the values.
         *
         * @param soft what is enforced
         * @param hard what the process may raise it to
         * @throws IllegalArgumentException if one is below -1, or the soft one above the hard one
         */
        public Values {
            if (soft < UNLIMITED || hard < UNLIMITED || Long.compareUnsigned(soft, hard) > 0) {
                throw new IllegalArgumentException(
                        "a limit must be 0 or more, or -1 for none, and soft at most hard; were soft " + soft
                                + " and hard " + hard);
            }
        }
    }
}
