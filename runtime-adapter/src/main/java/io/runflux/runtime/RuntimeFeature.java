// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

/** What some runtimes can do and others cannot. What all of them can is not listed. */
public enum RuntimeFeature {
    /** Freezing and thawing. */
    PAUSE("pause and resume"),
    /** Changing limits. */
    UPDATE("update"),
    /** One sample of what a container uses. */
    STATS("stats"),
    /** A stream of samples and of being out of memory. */
    EVENTS("events"),
    /** A table of processes. */
    TOP("a table of processes"),
    /** Columns of that table that the caller chooses. */
    TOP_COLUMNS("columns of one's choice"),
    /** Writing an image of the processes. */
    CHECKPOINT("checkpoint"),
    /** Going on from such an image. */
    RESTORE("restore"),
    /** Telling about itself in the terms of the specification. */
    FEATURES("features"),
    /** Writing a configuration to begin with. */
    SPEC("spec"),
    /** Signalling all processes of a container. */
    KILL_ALL("a signal to all processes"),
    /** Signalling one process of a container. */
    KILL_PROCESS("a signal to one process"),
    /** Signalling a process group of a container. */
    KILL_PROCESS_GROUP("a signal to a process group"),
    /** Handing over the master of a terminal. */
    TERMINAL("a terminal"),
    /** Handing over a pidfd of the init process. */
    PIDFD_SOCKET("a pidfd socket"),
    /** Changing the root without pivot_root. */
    NO_PIVOT("no-pivot"),
    /** Keeping the session keyring. */
    NO_NEW_KEYRING("no-new-keyring"),
    /** Passing further descriptors to the process. */
    PRESERVE_FDS("further descriptors"),
    /** A log that the container's user reads. */
    USER_LOG("user-log");

    private final String words;

    RuntimeFeature(String words) {
        this.words = words;
    }

    /** Returns the words that an error names it by. */
    @Override
    public String toString() {
        return words;
    }
}
