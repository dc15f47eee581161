// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import io.runflux.events.RuntimeEvent.Checkpointed;
import io.runflux.events.RuntimeEvent.Created;
import io.runflux.events.RuntimeEvent.Deleted;
import io.runflux.events.RuntimeEvent.ExecAdded;
import io.runflux.events.RuntimeEvent.ExecStarted;
import io.runflux.events.RuntimeEvent.Exited;
import io.runflux.events.RuntimeEvent.Gap;
import io.runflux.events.RuntimeEvent.HealthChanged;
import io.runflux.events.RuntimeEvent.HookFinished;
import io.runflux.events.RuntimeEvent.HookOutcome;
import io.runflux.events.RuntimeEvent.HookStarted;
import io.runflux.events.RuntimeEvent.HookTimedOut;
import io.runflux.events.RuntimeEvent.OutOfMemory;
import io.runflux.events.RuntimeEvent.Paused;
import io.runflux.events.RuntimeEvent.Restarting;
import io.runflux.events.RuntimeEvent.Resumed;
import io.runflux.events.RuntimeEvent.Started;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The fields of each kind of event. */
final class EventBody {
    private static final String CONTAINER_ID = "container_id";
    private static final String EXEC_ID = "exec_id";
    private static final String PID = "pid";
    private static final String EXIT_STATUS = "exit_status";
    private static final String EXITED_AT = "exited_at";
    private static final String DURATION = "duration";
    private static final String PATH = "path";
    private static final String STAGE = "stage";
    private static final String INDEX = "index";
    private static final String OUTCOME = "outcome";
    private static final String RESTARTS = "restarts";
    private static final String DELAY = "delay";
    private static final String STATUS = "status";

    private EventBody() {}

    static void write(RuntimeEvent event, ObjectNode node) {
        putText(node, CONTAINER_ID, event.containerId());
        switch (event.topic()) {
            case CREATE -> writeCreated((Created) event, node);
            case START -> node.put(PID, ((Started) event).pid());
            case EXEC_ADDED -> putText(node, EXEC_ID, ((ExecAdded) event).execId());
            case EXEC_STARTED -> writeExecStarted((ExecStarted) event, node);
            case EXIT -> writeExited((Exited) event, node);
            case CHECKPOINTED -> node.put(PATH, ((Checkpointed) event).path());
            case DELETE -> writeDeleted((Deleted) event, node);
            case RESTART -> writeRestarting((Restarting) event, node);
            case HEALTH -> node.put(STATUS, toName(((HealthChanged) event).status()));
            case HOOK_STARTED -> writeHookStarted((HookStarted) event, node);
            case HOOK_FINISHED -> writeHookFinished((HookFinished) event, node);
            case HOOK_TIMED_OUT -> writeHookTimedOut((HookTimedOut) event, node);
            case GAP -> writeGap((Gap) event, node);
            case OOM, PAUSED, RESUMED -> {}
        }
    }

    private static void writeCreated(Created event, ObjectNode node) {
        node.put("bundle", event.bundle());
        node.put(PID, event.pid());
        node.put("runtime", event.runtime());
    }

    private static void writeExecStarted(ExecStarted event, ObjectNode node) {
        putText(node, EXEC_ID, event.execId());
        node.put(PID, event.pid());
    }

    private static void writeExited(Exited event, ObjectNode node) {
        putText(node, EXEC_ID, event.execId());
        node.put(PID, event.pid());
        ExitStatusBody.write(event.exitStatus(), node.putObject(EXIT_STATUS));
        putText(node, EXITED_AT, event.exitedAt());
        putText(node, DURATION, event.duration());
    }

    private static void writeDeleted(Deleted event, ObjectNode node) {
        putText(node, EXEC_ID, event.execId());
        ExitStatusBody.write(event.exitStatus(), node.putObject(EXIT_STATUS));
        putText(node, EXITED_AT, event.exitedAt());
    }

    private static void writeRestarting(Restarting event, ObjectNode node) {
        node.put(RESTARTS, event.restarts());
        putText(node, DELAY, event.delay());
    }

    private static void writeHookStarted(HookStarted event, ObjectNode node) {
        putHook(node, event.stage(), event.index(), event.path());
    }

    private static void writeHookFinished(HookFinished event, ObjectNode node) {
        putHook(node, event.stage(), event.index(), event.path());
        node.put(OUTCOME, toName(event.outcome()));
        putHookEnd(node, event.exitStatus(), event.duration());
    }

    private static void writeHookTimedOut(HookTimedOut event, ObjectNode node) {
        putHook(node, event.stage(), event.index(), event.path());
        putHookEnd(node, event.exitStatus(), event.duration());
    }

    private static void putHook(ObjectNode node, String stage, int index, String path) {
        node.put(STAGE, stage);
        node.put(INDEX, index);
        node.put(PATH, path);
    }

    private static void putHookEnd(ObjectNode node, @Nullable ExitStatus exitStatus, Duration duration) {
        if (exitStatus != null) {
            ExitStatusBody.write(exitStatus, node.putObject(EXIT_STATUS));
        }
        putText(node, DURATION, duration);
    }

    private static void writeGap(Gap event, ObjectNode node) {
        node.put("from", event.from());
        node.put("to", event.to());
        node.put("reason", toName(event.reason()));
    }

    private static void putText(ObjectNode node, String name, @Nullable Object value) {
        if (value != null) {
            node.put(name, value.toString());
        }
    }

    static RuntimeEvent read(Topic topic, JsonFields fields) {
        return topic == Topic.GAP ? readGap(fields) : read(topic, fields.parse(CONTAINER_ID, ContainerId::of), fields);
    }

    private static RuntimeEvent read(Topic topic, ContainerId id, JsonFields fields) {
        return switch (topic) {
            case CREATE -> new Created(id, fields.text("bundle"), fields.integer(PID), fields.text("runtime"));
            case START -> new Started(id, fields.integer(PID));
            case EXEC_ADDED -> new ExecAdded(id, fields.parse(EXEC_ID, ExecId::of));
            case EXEC_STARTED -> new ExecStarted(id, fields.parse(EXEC_ID, ExecId::of), fields.integer(PID));
            case EXIT -> readExited(id, fields);
            case OOM -> new OutOfMemory(id);
            case PAUSED -> new Paused(id);
            case RESUMED -> new Resumed(id);
            case CHECKPOINTED -> new Checkpointed(id, fields.text(PATH));
            case DELETE -> readDeleted(id, fields);
            case RESTART -> new Restarting(id, fields.integer(RESTARTS), fields.parse(DELAY, Duration::parse));
            case HEALTH -> new HealthChanged(id, fields.parse(STATUS, name -> toConstant(HealthStatus.values(), name)));
            case HOOK_STARTED -> new HookStarted(id, fields.text(STAGE), fields.integer(INDEX), fields.text(PATH));
            case HOOK_FINISHED -> readHookFinished(id, fields);
            case HOOK_TIMED_OUT -> readHookTimedOut(id, fields);
            case GAP -> readGap(fields);
        };
    }

    private static Exited readExited(ContainerId id, JsonFields fields) {
        return new Exited(
                id,
                fields.parseOptional(EXEC_ID, ExecId::of),
                fields.integer(PID),
                ExitStatusBody.read(fields.object(EXIT_STATUS)),
                fields.parse(EXITED_AT, Instant::parse),
                fields.parseOptional(DURATION, Duration::parse));
    }

    private static Deleted readDeleted(ContainerId id, JsonFields fields) {
        return new Deleted(
                id,
                fields.parseOptional(EXEC_ID, ExecId::of),
                ExitStatusBody.read(fields.object(EXIT_STATUS)),
                fields.parseOptional(EXITED_AT, Instant::parse));
    }

    private static HookFinished readHookFinished(ContainerId id, JsonFields fields) {
        return new HookFinished(
                id,
                fields.text(STAGE),
                fields.integer(INDEX),
                fields.text(PATH),
                fields.parse(OUTCOME, name -> toConstant(HookOutcome.values(), name)),
                readOptionalExitStatus(fields),
                fields.parse(DURATION, Duration::parse));
    }

    private static HookTimedOut readHookTimedOut(ContainerId id, JsonFields fields) {
        return new HookTimedOut(
                id,
                fields.text(STAGE),
                fields.integer(INDEX),
                fields.text(PATH),
                readOptionalExitStatus(fields),
                fields.parse(DURATION, Duration::parse));
    }

    private static @Nullable ExitStatus readOptionalExitStatus(JsonFields fields) {
        JsonFields status = fields.optionalObject(EXIT_STATUS);
        return status == null ? null : ExitStatusBody.read(status);
    }

    private static Gap readGap(JsonFields fields) {
        return new Gap(
                fields.integer("from", Long.MAX_VALUE),
                fields.integer("to", Long.MAX_VALUE),
                fields.parse("reason", name -> toConstant(Gap.Reason.values(), name)));
    }

    private static <E extends Enum<E>> E toConstant(E[] constants, String name) {
        return Arrays.stream(constants)
                .filter(constant -> toName(constant).equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("must be one of "
                        + Arrays.stream(constants).map(EventBody::toName).toList() + ", was '" + name + "'"));
    }

    private static String toName(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
