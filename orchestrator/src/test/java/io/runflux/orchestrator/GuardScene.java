// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.BUNDLE;
import static io.runflux.orchestrator.Scene.ID;

import io.runflux.process.ProcessStartException;
import io.runflux.process.ProcessStartException.Reason;
import io.runflux.runtime.OciRuntime;
import io.runflux.runtime.OciRuntimeException;
import io.runflux.runtime.RuntimeBusyException;
import io.runflux.runtime.RuntimeUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A fake runtime behind guards, a log of the calls that reach it, and a virtual clock for all. */
final class GuardScene implements AutoCloseable {
    private final VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final FakeOciRuntime fake = new FakeOciRuntime(log::add);
    private Duration setBy = Duration.ZERO;

    OciRuntime guarded(GuardOptions options) {
        return new GuardedRuntime(fake, options, OrchestratorMeters.none(), new GuardClock(this::wall, this::nanos));
    }

    FakeOciRuntime fake() {
        return fake;
    }

    List<String> log() {
        return List.copyOf(log);
    }

    void advance(Duration duration) {
        time.advanceTimeBy(duration);
    }

    /** A container that is created and not started. */
    void addContainer() {
        fake.addContainer(ID, BUNDLE, now());
    }

    Instant now() {
        return Instant.ofEpochMilli(time.now(TimeUnit.MILLISECONDS));
    }

    private Instant wall() {
        return now().plus(setBy);
    }

    private long nanos() {
        return time.now(TimeUnit.NANOSECONDS);
    }

    /** Somebody sets the clock of the machine, by so much forward. */
    void setClock(Duration by) {
        setBy = by;
    }

    /** Fails so many times, and then no more. */
    static Mono<Void> failing(int times, OciRuntimeException error) {
        AtomicInteger attempts = new AtomicInteger();
        return Mono.defer(() -> attempts.getAndIncrement() < times ? Mono.error(error) : Mono.empty());
    }

    static OciRuntimeException busy() {
        return new RuntimeBusyException("cannot do it", null);
    }

    static OciRuntimeException notStarted(Reason reason) {
        return new RuntimeUnavailableException("not started", new ProcessStartException(reason, "why", null));
    }

    @Override
    public void close() {
        VirtualTimeScheduler.reset();
    }
}
