// SPDX-License-Identifier: Apache-2.0
package io.runflux.metrics;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * All that Runflux measures and observes. Names have dots; Prometheus gets them with underscores, with {@code _total}
 * behind counters, and with the unit behind all that has one. Meters will be added: a {@code switch} over them wants a
 * default.
 */
public enum RunfluxMeter {
    /** Operations of an orchestrator; the time to the end of a container for those that wait for it. */
    OPERATION(
            "runflux.operation",
            Kind.TIMER,
            "Operations of the orchestrator, from the subscription to the end",
            "operation",
            "outcome"),
    /** Launches. */
    LAUNCH("runflux.container.launch", Kind.TIMER, "Launches and runs, from the subscription to the started program"),
    /** The lives of containers. */
    LIFETIME("runflux.container.lifetime", Kind.TIMER, "Programs of containers, from the start to the exit", "outcome"),
    /** The lives of further processes. */
    EXEC_LIFETIME("runflux.exec.lifetime", Kind.TIMER, "Further processes, from the start to the exit", "outcome"),
    /** The containers of an orchestrator. */
    CONTAINERS("runflux.containers", Kind.GAUGE, "Containers that this orchestrator created and holds", "status"),
    /** Attempts of calls of a runtime. */
    RUNTIME_CALL(
            "runflux.runtime.call",
            Kind.TIMER,
            "Attempts of calls of a runtime, without what they waited for",
            "runtime",
            "operation",
            "outcome"),
    /** Attempts after the first. */
    RUNTIME_RETRIES("runflux.runtime.retries", Kind.COUNTER, "Calls of a runtime made once more", "runtime", "reason"),
    /** Calls that the guards did not let through. */
    RUNTIME_REJECTIONS(
            "runflux.runtime.rejections",
            Kind.COUNTER,
            "Calls of a runtime that its guards refused",
            "runtime",
            "reason"),
    /** Places that are taken. */
    RUNTIME_ACTIVE("runflux.runtime.calls.active", Kind.GAUGE, "Calls of a runtime under way", "runtime", "lane"),
    /** Calls that wait for a place. */
    RUNTIME_WAITING(
            "runflux.runtime.calls.waiting",
            Kind.GAUGE,
            "Calls of a runtime that wait for their turn",
            "runtime",
            "lane"),
    /** How many places there are. */
    RUNTIME_LIMIT(
            "runflux.runtime.calls.limit",
            Kind.GAUGE,
            "Calls of a runtime that may be under way at once",
            "runtime",
            "lane"),
    /** The circuit breaker. */
    BREAKER(
            "runflux.runtime.breaker.state",
            Kind.GAUGE,
            "Circuit breaker of a runtime: 0 closed, 1 half open, 2 open",
            "runtime"),
    /** Children that were started. */
    SPAWN("runflux.process.spawn", Kind.TIMER, "Starts of processes, until they run or cannot", "outcome"),
    /** Children that are there. */
    PROCESSES("runflux.process.live", Kind.GAUGE, "Processes that the launcher has started and not released"),
    /** Events by what they are about. */
    EVENTS("runflux.events.published", Kind.COUNTER, "Events published", "topic"),
    /** Those who are subscribed to events. */
    SUBSCRIBERS("runflux.events.subscribers", Kind.GAUGE, "Subscribers of events"),
    /** Places in a subscriber's events where some are missing. */
    GAPS("runflux.events.gaps", Kind.COUNTER, "Gaps and failures that subscribers were told of", "reason"),
    /** Events that subscribers did not get. */
    EVENTS_LOST("runflux.events.lost", Kind.COUNTER, "Events that subscribers were told they missed", "reason"),
    /** Output that did not get into a log. */
    LOG_LOST("runflux.log.lost", Kind.COUNTER, Unit.BYTES, "Output dropped before logs of containers", "target"),
    /** Requests of a server. */
    SERVER_REQUEST(
            "runflux.server.request",
            Kind.TIMER,
            "Requests of HTTP, to the end of the answer or the upgrade to a WebSocket",
            "route",
            "method",
            "status"),
    /** Requests under way. */
    SERVER_ACTIVE("runflux.server.requests.active", Kind.GAUGE, "Requests of HTTP that are being answered"),
    /** Answers that go on. */
    SERVER_STREAMS("runflux.server.streams", Kind.GAUGE, "Answers of HTTP that go on, and WebSockets"),
    /** The connections of a server. */
    SERVER_CONNECTIONS("runflux.server.connections", Kind.GAUGE, "Connections of HTTP"),
    /** Requests that were refused. */
    SERVER_REFUSALS(
            "runflux.server.refusals", Kind.COUNTER, "Requests and connections of HTTP that were refused", "reason"),
    /** The creation of containers for a pool. */
    POOL_CREATION("runflux.pool.creation", Kind.TIMER, "Creations of containers for a warm pool", "pool", "outcome"),
    /** What waits in a pool. */
    POOL_READY("runflux.pool.ready", Kind.GAUGE, "Containers that are ready in a warm pool", "pool"),
    /** What was borrowed from a pool. */
    POOL_BORROWED("runflux.pool.borrowed", Kind.GAUGE, "Containers that are borrowed from a warm pool", "pool"),
    /** Those who wait for a pool. */
    POOL_WAITING("runflux.pool.waiting", Kind.GAUGE, "Borrowers that wait for a warm pool", "pool"),
    /** An observation of what was asked of an orchestrator. */
    ORCHESTRATION(
            "runflux.orchestration", Kind.OBSERVATION, "An operation of the orchestrator", "operation", "outcome"),
    /** An observation of one command of a runtime, within that which led to it. */
    RUNTIME_COMMAND(
            "runflux.runtime.command",
            Kind.OBSERVATION,
            "An attempt of a call of a runtime",
            "runtime",
            "operation",
            "outcome");

    private final String meterName;
    private final Kind kind;
    private final @Nullable Unit unit;
    private final String description;
    /** Immutable, as that which {@link List#of} returns is. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> tags;

    RunfluxMeter(String meterName, Kind kind, String description, String... tags) {
        this(meterName, kind, kind == Kind.TIMER ? Unit.SECONDS : null, description, tags);
    }

    RunfluxMeter(String meterName, Kind kind, @Nullable Unit unit, String description, String... tags) {
        this.meterName = meterName;
        this.kind = kind;
        this.unit = unit;
        this.description = description;
        this.tags = List.of(tags);
    }

    /**
     * Returns the name.
     *
     * @return such as {@code runflux.runtime.call}
     */
    public String meterName() {
        return meterName;
    }

    /**
     * Returns what it is.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * Returns what it is counted in.
     *
     * @return the unit, or null for plain numbers
     */
    public @Nullable Unit unit() {
        return unit;
    }

    /**
     * Says what it means.
     *
     * @return a few words, in one line
     */
    public String description() {
        return description;
    }

    /**
     * Returns the keys of its tags. Each has few values: {@code runtime} the names of the runtimes that are used,
     * {@code pool} the prefixes of pools, {@code route} the templates of paths that there are, all others those of an
     * enum.
     *
     * @return the keys, in the order in which values are given
     */
    public List<String> tags() {
        return tags;
    }

    /** What a meter does. */
    public enum Kind {
        /** A number that only grows. */
        COUNTER,
        /** A number at this moment. */
        GAUGE,
        /** How often, and how long. */
        TIMER,
        /** Something that begins, ends and lies within another, from which a registry makes traces or meters. */
        OBSERVATION
    }

    /** What a meter counts in. */
    public enum Unit {
        /** Seconds; recorded in nanoseconds. */
        SECONDS,
        /** Bytes. */
        BYTES;

        /**
         * Returns the word that stands in names.
         *
         * @return {@code seconds} or {@code bytes}
         */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
