// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.events.EventEnvelope;
import io.runflux.events.EventStream;
import io.runflux.events.EventsLostException;
import io.runflux.events.ExitStatus;
import io.runflux.events.Followed;
import io.runflux.events.RuntimeEvent;
import io.runflux.events.RuntimeEvent.Created;
import io.runflux.events.RuntimeEvent.Deleted;
import io.runflux.events.RuntimeEvent.Exited;
import io.runflux.events.RuntimeEvent.Gap;
import io.runflux.events.RuntimeEvent.Paused;
import io.runflux.events.RuntimeEvent.Resumed;
import io.runflux.events.RuntimeEvent.Started;
import io.runflux.events.SubscribeOptions;
import io.runflux.metrics.RunfluxMeter;
import io.runflux.oci.ContainerStatus;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Counts events, those who are subscribed, and what they miss; and what the events tell of containers: which are in
 * which status, and how long they lived. It knows each container from its creation to its deletion.
 */
final class MeteredEvents implements EventStream {
    private final EventStream events;
    private final OrchestratorMeters meters;
    private final AtomicInteger subscribers = new AtomicInteger();
    private final Map<ContainerId, ContainerStatus> statuses = new ConcurrentHashMap<>();

    MeteredEvents(EventStream events, OrchestratorMeters meters) {
        this.events = events;
        this.meters = meters;
        meters.watch(RunfluxMeter.SUBSCRIBERS, subscribers::get);
        for (ContainerStatus status : ContainerStatus.values()) {
            meters.watch(RunfluxMeter.CONTAINERS, () -> containers(status), status.toString());
        }
    }

    private long containers(ContainerStatus status) {
        return statuses.values().stream().filter(status::equals).count();
    }

    @Override
    public EventEnvelope publish(RuntimeEvent event, @Nullable String cause, Runnable change) {
        EventEnvelope envelope = events.publish(event, cause, () -> {
            change.run();
            follow(event);
        });
        meters.count(RunfluxMeter.EVENTS, 1, event.topic().path());
        if (event instanceof Started started) {
            meters.started(started.containerId());
        } else if (event instanceof Exited exited) {
            recordLife(exited);
        }
        return envelope;
    }

    /** Only what was created here is deleted here, so that nothing else may be remembered. */
    private void follow(RuntimeEvent event) {
        if (event instanceof Created created) {
            statuses.put(created.containerId(), ContainerStatus.CREATED);
        } else if (event instanceof Started started) {
            change(started.containerId(), ContainerStatus.RUNNING);
        } else if (event instanceof Paused paused) {
            change(paused.containerId(), ContainerStatus.PAUSED);
        } else if (event instanceof Resumed resumed) {
            change(resumed.containerId(), ContainerStatus.RUNNING);
        } else if (event instanceof Exited exited && exited.execId() == null) {
            change(exited.containerId(), ContainerStatus.STOPPED);
        } else if (event instanceof Deleted deleted && deleted.execId() == null) {
            statuses.remove(deleted.containerId());
        }
    }

    private void change(ContainerId id, ContainerStatus status) {
        statuses.replace(id, status);
    }

    private void recordLife(Exited exited) {
        Duration duration = exited.duration();
        if (duration != null) {
            RunfluxMeter meter = exited.execId() == null ? RunfluxMeter.LIFETIME : RunfluxMeter.EXEC_LIFETIME;
            meters.time(meter, duration.toNanos(), outcomeOf(exited.exitStatus()));
        }
    }

    private static String outcomeOf(ExitStatus status) {
        if (status instanceof ExitStatus.Exited) {
            return status.isSuccess() ? "zero" : "nonzero";
        }
        return status instanceof ExitStatus.Signaled ? "signal" : "unknown";
    }

    @Override
    public Flux<EventEnvelope> events(SubscribeOptions options) {
        return events.events(options)
                .doOnNext(this::countGap)
                .doOnError(EventsLostException.class, this::countFailure)
                .doFirst(subscribers::incrementAndGet)
                .doFinally(end -> subscribers.decrementAndGet());
    }

    private void countGap(EventEnvelope envelope) {
        if (envelope.event() instanceof Gap gap) {
            countMissing(gap.reason().name().toLowerCase(Locale.ROOT), gap.count());
        }
    }

    private void countFailure(EventsLostException lost) {
        countMissing("failed", lost.lastLost() - lost.firstLost() + 1);
    }

    private void countMissing(String reason, long events) {
        meters.count(RunfluxMeter.GAPS, 1, reason);
        meters.count(RunfluxMeter.EVENTS_LOST, events, reason);
    }

    @Override
    public <S> Followed.Snapshot<S> snapshot(Supplier<? extends S> state) {
        return events.snapshot(state);
    }

    @Override
    public String epoch() {
        return events.epoch();
    }

    @Override
    public long lastSequence() {
        return events.lastSequence();
    }

    @Override
    public void dispose() {
        events.dispose();
    }

    @Override
    public Mono<Void> disposeLater(Duration limit) {
        return events.disposeLater(limit);
    }

    @Override
    public boolean isDisposed() {
        return events.isDisposed();
    }
}
