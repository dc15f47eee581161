// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import java.util.Arrays;
import java.util.Objects;

/**
 * What an event is about, as a path; containerd's word wherever it has one. There is one topic for each kind of
 * {@link RuntimeEvent}. Topics will be added: a {@code switch} over them wants a default.
 */
public enum Topic {
    /** {@link RuntimeEvent.Created}. */
    CREATE("/tasks/create"),
    /** {@link RuntimeEvent.Started}. */
    START("/tasks/start"),
    /** {@link RuntimeEvent.ExecAdded}. */
    EXEC_ADDED("/tasks/exec-added"),
    /** {@link RuntimeEvent.ExecStarted}. */
    EXEC_STARTED("/tasks/exec-started"),
    /** {@link RuntimeEvent.Exited}. */
    EXIT("/tasks/exit"),
    /** {@link RuntimeEvent.OutOfMemory}. */
    OOM("/tasks/oom"),
    /** {@link RuntimeEvent.Paused}. */
    PAUSED("/tasks/paused"),
    /** {@link RuntimeEvent.Resumed}. */
    RESUMED("/tasks/resumed"),
    /** {@link RuntimeEvent.Checkpointed}. */
    CHECKPOINTED("/tasks/checkpointed"),
    /** {@link RuntimeEvent.Deleted}. */
    DELETE("/tasks/delete"),
    /** {@link RuntimeEvent.Restarting}; containerd has none of the kind. */
    RESTART("/tasks/restart"),
    /** {@link RuntimeEvent.HealthChanged}; containerd has none of the kind. */
    HEALTH("/tasks/health"),
    /** {@link RuntimeEvent.HookStarted}. */
    HOOK_STARTED("/hooks/started"),
    /** {@link RuntimeEvent.HookFinished}. */
    HOOK_FINISHED("/hooks/finished"),
    /** {@link RuntimeEvent.HookTimedOut}. */
    HOOK_TIMED_OUT("/hooks/timed-out"),
    /** {@link RuntimeEvent.Gap}. */
    GAP("/events/gap");

    private final String path;

    Topic(String path) {
        this.path = path;
    }

    /**
     * Returns the topic with that path.
     *
     * @param path such as {@code /tasks/exit}
     * @return the topic
     * @throws IllegalArgumentException if no topic has that path; the message names those there are
     */
    public static Topic of(String path) {
        Objects.requireNonNull(path, "path");
        return Arrays.stream(values())
                .filter(topic -> topic.path.equals(path))
                .findFirst()
                .orElseThrow(() -> unknown(path));
    }

    /** A pattern is the path of a topic, or the beginning of one up to and with a slash. */
    static void checkPattern(String pattern) {
        Objects.requireNonNull(pattern, "topic");
        if (Arrays.stream(values()).noneMatch(topic -> topic.matches(pattern))) {
            throw unknown(pattern);
        }
    }

    boolean matches(String pattern) {
        return pattern.endsWith("/") ? path.startsWith(pattern) : path.equals(pattern);
    }

    static IllegalArgumentException unknown(String given) {
        return new IllegalArgumentException(
                "topic must be one of " + Arrays.toString(values()) + ", was '" + Identifiers.printable(given) + "'");
    }

    /**
     * Returns the path.
     *
     * @return such as {@code /tasks/exit}
     */
    public String path() {
        return path;
    }

    /** Returns {@link #path()}. */
    @Override
    public String toString() {
        return path;
    }
}
