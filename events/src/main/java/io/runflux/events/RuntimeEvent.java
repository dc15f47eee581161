// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a container or to one of its processes. Publishers keep this order: created, started,
 * exited, deleted; exec added, exec started, exited; out of memory before the exit that it caused. The events of a
 * container's precreate hooks come before created, those of its poststop hooks after deleted. Of a container that is
 * started again by its restart policy, restarting comes after exited, then deleted, and created again; a change of its
 * health comes between started and exited.
 *
 * <p>The hierarchy grows: events of input and output come with their feature. A caller that branches over the kinds
 * wants a branch for those it does not know.
 */
public sealed interface RuntimeEvent {
    /**
     * Returns what the event is about.
     *
     * @return the topic of this kind of event
     */
    Topic topic();

    /**
     * Returns the container that it happened to.
     *
     * @return the id; null for a {@link Gap} alone
     */
    @Nullable
    ContainerId containerId();

    /**
     * A container was created; its process waits to be started.
     *
     * @param containerId the container
     * @param bundle the path of the bundle, at most 4096 characters
     * @param pid the init process; 0 if there is none
     * @param runtime the runtime, such as {@code runc}, at most 256 characters
     */
    record Created(ContainerId containerId, String bundle, int pid, String runtime) implements RuntimeEvent {
        /**
         * Checks the event.
         *
         * @param containerId the container
         * @param bundle the path of the bundle, at most 4096 characters
         * @param pid the init process; 0 if there is none
         * @param runtime the runtime, such as {@code runc}, at most 256 characters
         * @throws IllegalArgumentException if a text is empty or too long, or the pid is negative
         */
        public Created {
            Objects.requireNonNull(containerId, "containerId");
            Checks.text("bundle", bundle, Checks.MAX_PATH);
            Checks.pid(pid);
            Checks.text("runtime", runtime, Checks.MAX_NAME);
        }

        @Override
        public Topic topic() {
            return Topic.CREATE;
        }
    }

    /**
     * The init process of a container was started. It is published before the exit, even if the process died first.
     *
     * @param containerId the container
     * @param pid the init process; 0 if there is none
     */
    record Started(ContainerId containerId, int pid) implements RuntimeEvent {
        /**
         * Checks the event.
         *
         * @param containerId the container
         * @param pid the init process; 0 if there is none
         * @throws IllegalArgumentException if the pid is negative
         */
        public Started {
            Objects.requireNonNull(containerId, "containerId");
            Checks.pid(pid);
        }

        @Override
        public Topic topic() {
            return Topic.START;
        }
    }

    /**
     * A further process was accepted for a container.
     *
     * @param containerId the container
     * @param execId the further process
     */
    record ExecAdded(ContainerId containerId, ExecId execId) implements RuntimeEvent {
        /**
         * Checks the event.
         *
         * @param containerId the container
         * @param execId the further process
         */
        public ExecAdded {
            Objects.requireNonNull(containerId, "containerId");
            Objects.requireNonNull(execId, "execId");
        }

        @Override
        public Topic topic() {
            return Topic.EXEC_ADDED;
        }
    }

    /**
     * A further process of a container was started.
     *
     * @param containerId the container
     * @param execId the further process
     * @param pid its process id; 0 if there is none
     */
    record ExecStarted(ContainerId containerId, ExecId execId, int pid) implements RuntimeEvent {
        /**
         * Checks the event.
         *
         * @param containerId the container
         * @param execId the further process
         * @param pid its process id; 0 if there is none
         * @throws IllegalArgumentException if the pid is negative
         */
        public ExecStarted {
            Objects.requireNonNull(containerId, "containerId");
            Objects.requireNonNull(execId, "execId");
            Checks.pid(pid);
        }

        @Override
        public Topic topic() {
            return Topic.EXEC_STARTED;
        }
    }

    /**
     * A process of a container ended.
     *
     * @param containerId the container
     * @param execId the further process; null for the init process
     * @param pid its process id; 0 if there is none
     * @param exitStatus how it ended
     * @param exitedAt when it ended, by the clock of the node
     * @param duration how long it ran; null if nobody knows when it started
     */
    record Exited(
            ContainerId containerId,
            @Nullable ExecId execId,
            int pid,
            ExitStatus exitStatus,
            Instant exitedAt,
            @Nullable Duration duration)
            implements RuntimeEvent {
        /**
         * Checks the event.
         *
         * @param containerId the container
         * @param execId the further process; null for the init process
         * @param pid its process id; 0 if there is none
         * @param exitStatus how it ended
         * @param exitedAt when it ended, by the clock of the node
         * @param duration how long it ran; null if nobody knows when it started
         * @throws IllegalArgumentException if the pid or the duration is negative
         */
        public Exited {
            Objects.requireNonNull(containerId, "containerId");
            Checks.pid(pid);
            Objects.requireNonNull(exitStatus, "exitStatus");
            Objects.requireNonNull(exitedAt, "exitedAt");
            Checks.duration(duration);
        }

        @Override
        public Topic topic() {
            return Topic.EXIT;
        }
    }

    /**
     * The kernel killed a process of a container for want of memory. It is published before the exit that it caused.
     *
     * @param containerId the container
     */
    record OutOfMemory(ContainerId containerId) implements RuntimeEvent {
        /**
         * Checks the event.
         *
         * @param containerId the container
         */
        public OutOfMemory {
            Objects.requireNonNull(containerId, "containerId");
        }

        @Override
        public Topic topic() {
            return Topic.OOM;
        }
    }

    /**
     * All processes of a container were paused.
     *
     * @param containerId the container
     */
    record Paused(ContainerId containerId) implements RuntimeEvent {
        /**
         * Checks the event.
         *
         * @param containerId the container
         */
        public Paused {
            Objects.requireNonNull(containerId, "containerId");
        }

        @Override
        public Topic topic() {
            return Topic.PAUSED;
        }
    }

    /**
     * All processes of a container were resumed.
     *
     * @param containerId the container
     */
    record Resumed(ContainerId containerId) implements RuntimeEvent {
        /**
         * Checks the event.
         *
         * @param containerId the container
         */
        public Resumed {
            Objects.requireNonNull(containerId, "containerId");
        }

        @Override
        public Topic topic() {
            return Topic.RESUMED;
        }
    }

    /**
     * The state of a container was written to disk.
     *
     * @param containerId the container
     * @param path where to, at most 4096 characters
     */
    record Checkpointed(ContainerId containerId, String path) implements RuntimeEvent {
        /**
         * Checks the event.
         *
         * @param containerId the container
         * @param path where to, at most 4096 characters
         * @throws IllegalArgumentException if the path is empty or too long
         */
        public Checkpointed {
            Objects.requireNonNull(containerId, "containerId");
            Checks.text("path", path, Checks.MAX_PATH);
        }

        @Override
        public Topic topic() {
            return Topic.CHECKPOINTED;
        }
    }

    /**
     * A container, or a further process of one, was deleted, and nothing of it is left.
     *
     * @param containerId the container
     * @param execId the further process; null for the init process
     * @param exitStatus how it ended
     * @param exitedAt when it ended; null if nobody saw it, or if it never ran
     */
    record Deleted(
            ContainerId containerId,
            @Nullable ExecId execId,
            ExitStatus exitStatus,
            @Nullable Instant exitedAt) implements RuntimeEvent {
        /**
         * Checks the event.
         *
         * @param containerId the container
         * @param execId the further process; null for the init process
         * @param exitStatus how it ended
         * @param exitedAt when it ended; null if nobody saw it, or if it never ran
         */
        public Deleted {
            Objects.requireNonNull(containerId, "containerId");
            Objects.requireNonNull(exitStatus, "exitStatus");
        }

        @Override
        public Topic topic() {
            return Topic.DELETE;
        }
    }

    /**
     * A container that has ended will be started again by its restart policy. It comes once for each time, after the
     * exit; the wait follows, then the deletion and the next creation. Whoever asks for the container's end during the
     * wait has nothing follow.
     *
     * @param containerId the container
     * @param restarts how often it was started again, with this time; 1 or more
     * @param delay how long the wait is
     */
    record Restarting(ContainerId containerId, int restarts, Duration delay) implements RuntimeEvent {
        /**
         * Checks the event.
         *
         * @param containerId the container
         * @param restarts how often it was started again, with this time; 1 or more
         * @param delay how long the wait is
         * @throws IllegalArgumentException if the number is less than 1, or the delay is negative
         */
        public Restarting {
            Objects.requireNonNull(containerId, "containerId");
            Checks.atLeast("restarts", restarts, 1);
            Checks.duration(Objects.requireNonNull(delay, "delay"));
        }

        @Override
        public Topic topic() {
            return Topic.RESTART;
        }
    }

    /**
     * The health of a container has changed, as its health check sees it. That it is starting is not published: it is
     * so whenever a container with a health check was started. What the probe had to say may be secret, and is not
     * here.
     *
     * @param containerId the container
     * @param status how it is now
     */
    record HealthChanged(ContainerId containerId, HealthStatus status) implements RuntimeEvent {
        /**
         * Checks the event.
         *
         * @param containerId the container
         * @param status how it is now
         */
        public HealthChanged {
            Objects.requireNonNull(containerId, "containerId");
            Objects.requireNonNull(status, "status");
        }

        @Override
        public Topic topic() {
            return Topic.HEALTH;
        }
    }

    /**
     * Runflux began to run a hook of a container. It is published before the program is started, even if that then
     * fails; one {@link HookFinished} or one {@link HookTimedOut} follows, never both.
     *
     * <p>All events of hooks are about those that Runflux runs itself ({@code precreate}, {@code poststop}), none about
     * those that the OCI runtime runs. They carry neither arguments nor environment nor the text of an error, for these
     * may hold secrets.
     *
     * @param containerId the container
     * @param stage the stage of its life, such as {@code precreate} or {@code poststop}, at most 256 characters
     * @param index the place among the hooks of that stage, from 0
     * @param path the program, at most 4096 characters
     */
    record HookStarted(ContainerId containerId, String stage, int index, String path) implements RuntimeEvent {
        /**
         * Checks the event.
         *
         * @param containerId the container
         * @param stage the stage of its life, such as {@code precreate} or {@code poststop}, at most 256 characters
         * @param index the place among the hooks of that stage, from 0
         * @param path the program, at most 4096 characters
         * @throws IllegalArgumentException if a text is empty or too long, or the index is negative
         */
        public HookStarted {
            Objects.requireNonNull(containerId, "containerId");
            Checks.hook(stage, index, path);
        }

        @Override
        public Topic topic() {
            return Topic.HOOK_STARTED;
        }
    }

    /**
     * A hook that Runflux ran itself ended on its own, was cancelled, or could not be started.
     *
     * @param containerId the container
     * @param stage the stage of its life, such as {@code precreate} or {@code poststop}, at most 256 characters
     * @param index the place among the hooks of that stage, from 0
     * @param path the program, at most 4096 characters
     * @param outcome how it ended
     * @param exitStatus how its process ended; null if there was none, or if nobody saw its end
     * @param duration how long it took, from its start until the outcome was known
     */
    record HookFinished(
            ContainerId containerId,
            String stage,
            int index,
            String path,
            HookOutcome outcome,
            @Nullable ExitStatus exitStatus,
            Duration duration)
            implements RuntimeEvent {
        /**
         * Checks the event.
         *
         * @param containerId the container
         * @param stage the stage of its life, such as {@code precreate} or {@code poststop}, at most 256 characters
         * @param index the place among the hooks of that stage, from 0
         * @param path the program, at most 4096 characters
         * @param outcome how it ended
         * @param exitStatus how its process ended; null if there was none, or if nobody saw its end
         * @param duration how long it took, from its start until the outcome was known
         * @throws IllegalArgumentException if a text is empty or too long, the index or the duration is negative, or
         *     the outcome does not go with the exit status: a success goes with exit status 0 alone, and a hook that
         *     was not started has none
         */
        public HookFinished {
            Objects.requireNonNull(containerId, "containerId");
            Checks.hook(stage, index, path);
            Objects.requireNonNull(outcome, "outcome");
            Checks.duration(Objects.requireNonNull(duration, "duration"));
            outcome.check(exitStatus);
        }

        @Override
        public Topic topic() {
            return Topic.HOOK_FINISHED;
        }
    }

    /**
     * The time limit of a hook that Runflux ran itself fired, and the hook was killed.
     *
     * @param containerId the container
     * @param stage the stage of its life, such as {@code precreate} or {@code poststop}, at most 256 characters
     * @param index the place among the hooks of that stage, from 0
     * @param path the program, at most 4096 characters
     * @param exitStatus how its process ended; null if its end was not seen within the post-kill timeout
     * @param duration how long it took, the wait after the kill included
     */
    record HookTimedOut(
            ContainerId containerId,
            String stage,
            int index,
            String path,
            @Nullable ExitStatus exitStatus,
            Duration duration)
            implements RuntimeEvent {
        /**
         * Checks the event.
         *
         * @param containerId the container
         * @param stage the stage of its life, such as {@code precreate} or {@code poststop}, at most 256 characters
         * @param index the place among the hooks of that stage, from 0
         * @param path the program, at most 4096 characters
         * @param exitStatus how its process ended; null if its end was not seen within the post-kill timeout
         * @param duration how long it took, the wait after the kill included
         * @throws IllegalArgumentException if a text is empty or too long, or the index or the duration is negative
         */
        public HookTimedOut {
            Objects.requireNonNull(containerId, "containerId");
            Checks.hook(stage, index, path);
            Checks.duration(Objects.requireNonNull(duration, "duration"));
        }

        @Override
        public Topic topic() {
            return Topic.HOOK_TIMED_OUT;
        }
    }

    /** How a hook ended whose time limit did not fire. */
    enum HookOutcome {
        /** It exited with code 0, and its output could be handled. */
        SUCCEEDED,
        /** It ended in another way, or its output could not be handled. */
        FAILED,
        /** Its program could not be started. */
        NOT_STARTED,
        /** Whoever had it run cancelled that, and it was killed. */
        CANCELLED;

        private void check(@Nullable ExitStatus exitStatus) {
            if (this == SUCCEEDED && (exitStatus == null || !exitStatus.isSuccess())) {
                throw new IllegalArgumentException("a hook that succeeded must have exit status 0, was " + exitStatus);
            }
            if (this == NOT_STARTED && exitStatus != null) {
                throw new IllegalArgumentException(
                        "a hook that was not started must have no exit status, was " + exitStatus);
            }
        }
    }

    /**
     * A marker in place of events that this subscriber does not get. Only the stream makes one; it passes every filter.
     * The range may hold events that the filter would have held back.
     *
     * @param from the first missing sequence number, 1 or more
     * @param to the last missing sequence number; {@code from - 1} if the range is empty
     * @param reason why they are missing
     */
    record Gap(long from, long to, Reason reason) implements RuntimeEvent {
        /**
         * Checks the event.
         *
         * @param from the first missing sequence number, 1 or more
         * @param to the last missing sequence number; {@code from - 1} if the range is empty
         * @param reason why they are missing
         * @throws IllegalArgumentException if from is less than 1, or to is less than from - 1
         */
        public Gap {
            Checks.atLeast("from", from, 1);
            Checks.atLeast("to", to, from - 1);
            Objects.requireNonNull(reason, "reason");
        }

        @Override
        public Topic topic() {
            return Topic.GAP;
        }

        /**
         * Returns how many sequence numbers are missing.
         *
         * @return 0 or more
         */
        public long count() {
            return to - from + 1;
        }

        /** Always null: a gap concerns every container. */
        @Override
        public @Nullable ContainerId containerId() {
            return null;
        }

        /** Why events are missing. */
        public enum Reason {
            /** The subscriber fell further behind than its buffer allows, under {@link OverflowPolicy#DROP}. */
            OVERFLOW,
            /** The window no longer kept them when the subscriber came to read them. */
            NOT_KEPT,
            /**
             * The subscriber asked for a position that this stream never gave out: of another epoch, or beyond the
             * newest event. What it missed of that epoch is unknown; the range is what is missing of this one, and is
             * empty if nothing is.
             */
            EPOCH_CHANGED
        }
    }
}
