// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

/**
 * To which processes of a container a signal goes.
 *
 * @param scope to which
 * @param pid the process, or the leader of the group; 0 where the scope names none
 */
public record KillOptions(Scope scope, int pid) {
    /**
     * Checks the values.
     *
     * @param scope to which
     * @param pid the process, or the leader of the group; 0 where the scope names none
     * @throws IllegalArgumentException if the scope needs a pid and it is not positive, or needs none and has one
     */
    public KillOptions {
        boolean needsPid = scope == Scope.PROCESS || scope == Scope.PROCESS_GROUP;
        if (needsPid ? pid < 1 : pid != 0) {
            throw new IllegalArgumentException(
                    "pid must be " + (needsPid ? "1 or more" : "0") + " for " + scope + ", was " + pid);
        }
    }

    /**
     * Returns the init process alone.
     *
     * @return the options
     */
    public static KillOptions init() {
        return new KillOptions(Scope.INIT, 0);
    }

    /**
     * Returns all processes of the container. Where nothing is left to be signalled, that is no failure.
     *
     * @return the options
     */
    public static KillOptions all() {
        return new KillOptions(Scope.ALL, 0);
    }

    /**
     * Returns one process.
     *
     * @param pid what the runtime calls it, positive
     * @return the options
     */
    public static KillOptions process(int pid) {
        return new KillOptions(Scope.PROCESS, pid);
    }

    /**
     * Returns one process group.
     *
     * @param leader what the runtime calls the process that leads it, positive
     * @return the options
     */
    public static KillOptions processGroup(int leader) {
        return new KillOptions(Scope.PROCESS_GROUP, leader);
    }

    /** To which processes. */
    public enum Scope {
        /** The init process. */
        INIT,
        /** All of them. */
        ALL,
        /** One of them. */
        PROCESS,
        /** The group that one of them leads. */
        PROCESS_GROUP
    }
}
