// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.oci.ContainerStatus;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The calls of a runtime, and all that the guards must know of each. */
enum RuntimeCall {
    /** What it is. */
    INFO("tell what it is"),
    /** What it says about itself. */
    FEATURES("tell its features"),
    /** The configuration to begin with. */
    SPEC("tell a configuration"),
    /** Creation. */
    CREATE("create"),
    /** Start of a created container. */
    START("start"),
    /** Creation and start. */
    RUN("run"),
    /** A further process. */
    EXEC("execute in"),
    /** A signal other than KILL. */
    SIGNAL("signal"),
    /** The signal KILL. */
    KILL("kill"),
    /** Removal. */
    DELETE("delete"),
    /** Freezing. */
    PAUSE("pause"),
    /** Thawing. */
    RESUME("resume"),
    /** New limits. */
    UPDATE("update"),
    /** The state. */
    STATE("read the state of"),
    /** Whether there is one. */
    EXISTS("look for"),
    /** All containers. */
    LIST("list its containers"),
    /** The pid of init. */
    INIT_PID("tell the pid of"),
    /** The pids. */
    PS("list the processes of"),
    /** A sample of what is used. */
    STATS("read the statistics of"),
    /** Removal of the record of a process. */
    DELETE_PROCESS("delete the record of a process of"),
    /** Writing an image. */
    CHECKPOINT("checkpoint"),
    /** Creation from an image. */
    RESTORE("restore");

    private final String verb;

    RuntimeCall(String verb) {
        this.verb = verb;
    }

    /** Returns how long it may take: longer where hooks run during the call, longest where memory is written. */
    Duration limit(GuardOptions.TimeLimits limits) {
        return switch (this) {
            case CREATE, START, RUN, DELETE -> limits.withHooks();
            case CHECKPOINT, RESTORE -> limits.withImage();
            default -> limits.call();
        };
    }

    /**
     * Whether it may be repeated though the runtime had begun with it. Not creation, nor what includes it: half a
     * container may be left, and the second attempt would take it for another's. Not a start and not an execution: the
     * program, or a hook, may have run. Not a checkpoint: the container may have stopped with half an image. Not a
     * signal, which a program may count; KILL is only ever obeyed once. All others leave after two what they leave
     * after one.
     */
    boolean isRepeatable() {
        return switch (this) {
            case CREATE, RUN, RESTORE, START, EXEC, CHECKPOINT, SIGNAL -> false;
            default -> true;
        };
    }

    /** Whether it ends something or tells what is left; that must be possible when nothing can be begun. */
    boolean clears() {
        return switch (this) {
            case SIGNAL, KILL, DELETE, DELETE_PROCESS, STATE, EXISTS -> true;
            default -> false;
        };
    }

    /** Whether it changes a container, so that after a time limit nobody knows what was done. */
    boolean changes() {
        return switch (this) {
            case CREATE, START, RUN, EXEC, SIGNAL, KILL, DELETE, PAUSE, RESUME, UPDATE, CHECKPOINT, RESTORE -> true;
            default -> false;
        };
    }

    /** Whether a container in that state, or none, shows that what yields nothing but its completion was done. */
    boolean isDone(@Nullable ContainerStatus found) {
        return switch (this) {
            case START ->
                found == ContainerStatus.RUNNING || found == ContainerStatus.PAUSED || found == ContainerStatus.STOPPED;
            case KILL -> found == ContainerStatus.STOPPED;
            case DELETE -> found == null;
            case PAUSE -> found == ContainerStatus.PAUSED;
            case RESUME -> found == ContainerStatus.RUNNING;
            default -> false;
        };
    }

    /** Returns the words between "did not" and "container". */
    @Override
    public String toString() {
        return verb;
    }
}
