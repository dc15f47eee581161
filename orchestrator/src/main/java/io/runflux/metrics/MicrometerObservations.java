// SPDX-License-Identifier: Apache-2.0
package io.runflux.metrics;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.runflux.events.ContainerId;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * Makes observations of Micrometer, which must be on the class path, of operations and of the commands of runtimes.
 * Their parent is the observation in the Reactor context, where Spring and Reactor put theirs; the id of the container
 * is a key of high cardinality. No thread-local variable is touched.
 */
public final class MicrometerObservations implements OperationObserver {
    private static final Logger log = LoggerFactory.getLogger(MicrometerObservations.class);
    private static final String CONTEXT_KEY = ObservationThreadLocalAccessor.KEY;

    private final ObservationRegistry registry;

    private MicrometerObservations(ObservationRegistry registry) {
        this.registry = registry;
    }

    /**
     * Returns an observer that tells a registry.
     *
     * @param registry whose handlers are told; it stays its owner's
     * @return the observer
     */
    public static MicrometerObservations of(ObservationRegistry registry) {
        return new MicrometerObservations(Objects.requireNonNull(registry, "registry"));
    }

    @Override
    public <T> Mono<T> observe(ObservedOperation operation, Mono<T> work) {
        return Mono.deferContextual(context -> {
            Running running = begin(operation, context);
            return work.doOnSuccess(value -> running.end("success"))
                    .doOnError(running::fail)
                    .doOnCancel(() -> running.end("cancelled"))
                    .contextWrite(inner -> inner.put(CONTEXT_KEY, running.observation()));
        });
    }

    private Running begin(ObservedOperation operation, ContextView context) {
        Observation observation = Observation.NOOP;
        try {
            observation = create(operation).parentObservation(context.getOrDefault(CONTEXT_KEY, null));
            observation.start();
        } catch (RuntimeException | LinkageError e) {
            swallow(e);
        }
        return new Running(observation, operation, new AtomicBoolean());
    }

    private Observation create(ObservedOperation operation) {
        RunfluxMeter meter = operation.meter();
        Observation observation = Observation.createNotStarted(meter.meterName(), registry)
                .contextualName(operation.words())
                .lowCardinalityKeyValues(keyValues(operation));
        ContainerId id = operation.containerId();
        return id == null ? observation : observation.highCardinalityKeyValue("runflux.container.id", id.value());
    }

    private static KeyValues keyValues(ObservedOperation operation) {
        KeyValues values = KeyValues.empty();
        for (int index = 0; index < operation.tagValues().size(); index++) {
            values = values.and(KeyValue.of(
                    operation.meter().tags().get(index), operation.tagValues().get(index)));
        }
        return values;
    }

    /** A handler that fails is the registry's trouble, and nobody else's. */
    private static void swallow(Throwable error) {
        log.debug("an observation failed", error);
    }

    /** One that was begun, and is ended once. */
    private record Running(Observation observation, ObservedOperation operation, AtomicBoolean isOver) {
        void fail(Throwable error) {
            end("failure", error);
        }

        void end(String outcome) {
            end(outcome, null);
        }

        private void end(String outcome, @Nullable Throwable error) {
            if (!isOver.compareAndSet(false, true)) {
                return;
            }
            try {
                String key = operation.meter().tags().get(operation.tagValues().size());
                observation.lowCardinalityKeyValue(key, outcome);
                if (error != null) {
                    observation.error(error);
                }
                observation.stop();
            } catch (RuntimeException | LinkageError e) {
                swallow(e);
            }
        }
    }
}
