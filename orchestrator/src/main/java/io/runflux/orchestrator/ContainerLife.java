// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ExitStatus;
import io.runflux.events.RuntimeEvent.Exited;
import io.runflux.runtime.ContainerProcess;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One life of a container, from its creation to its deletion; one that is started again has several. Where the end
 * begins while the creation or the start is about to be asked for, the first to pass the gate of that step decides
 * whether the step is made at all.
 */
final class ContainerLife {
    private static final Logger log = LoggerFactory.getLogger(ContainerLife.class);
    private static final Duration ALWAYS = Duration.ofMillis(Long.MAX_VALUE);

    private final RunPlan plan;
    private final TrackedContainer container;
    private final RunContext context;
    private final ContainerSteps steps;
    private final Attachments attachments;
    private final Sinks.Empty<Void> started = Sinks.empty();
    /** What there is to tell those who wait for the end of one that never began. */
    private final Sinks.One<ExitStatus> instead = Sinks.one();

    private final AtomicReference<Gate> creationGate = new AtomicReference<>(Gate.OPEN);
    private final AtomicReference<Gate> startGate = new AtomicReference<>(Gate.OPEN);
    /** Is done once, but for one that failed. */
    private final Mono<Void> deletion =
            Mono.defer(this::delete).cache(done -> ALWAYS, error -> Duration.ZERO, () -> ALWAYS);

    private volatile boolean isReplaced;

    /** Who waits for its end hears nothing more once the container has gone. */
    ContainerLife(RunPlan plan, ContainerSteps steps, TrackedContainer container, RunContext context, Mono<Void> gone) {
        this.plan = plan;
        this.steps = steps;
        this.container = container;
        this.context = context;
        Mono<ExitStatus> exit = exit(gone);
        attachments = new Attachments(container.id(), plan.takesInput(), exit);
    }

    private Mono<ExitStatus> exit(Mono<Void> gone) {
        return Mono.firstWithSignal(
                steps.exitSeen().map(Exited::exitStatus), instead.asMono(), gone.then(Mono.<ExitStatus>empty()));
    }

    Attachments attachments() {
        return attachments;
    }

    /** Emits how it ended as soon as that is seen; empty if the container is gone before. */
    Mono<ExitStatus> exit() {
        return attachments.exit();
    }

    /** Completes when its program was started. */
    Mono<Void> started() {
        return started.asMono();
    }

    /** Whether the runtime was asked to create it, and there was no other of its id. */
    boolean wasCreationRequested() {
        return steps.wasCreationRequested();
    }

    /** Creates it, starts it, and works with its streams until its end; empty when it is ending, and nobody listens. */
    Mono<RunReport> live() {
        return create().flatMap(this::liveCreated).doFinally(signal -> attachments.end());
    }

    /** Empty when it is ending, and nobody listens. */
    Mono<ContainerProcess> create() {
        return Mono.defer(() -> {
            creationGate.compareAndSet(Gate.OPEN, Gate.PASSED);
            return isBegun() ? steps.creation() : Mono.empty();
        });
    }

    private boolean isBegun() {
        return creationGate.get() == Gate.PASSED;
    }

    /**
     * Has those who are attached reach it, and its end seen, between its creation and its start, since somebody may
     * kill it. Does not fail.
     */
    Mono<Void> hold(ContainerProcess process) {
        return Mono.defer(() -> {
            attachments.hold(process);
            return steps.exitUnstarted(process)
                    .filter(status -> startGate.compareAndSet(Gate.OPEN, Gate.CLOSED))
                    .flatMap(status -> steps.recordExited(process, status))
                    .onErrorComplete();
        });
    }

    private Mono<RunReport> liveCreated(ContainerProcess process) {
        Mono<RunReport> run = Mono.zip(relay(process), Mono.defer(this::startToExit), this::toReport);
        Supervision supervision = plan.supervision();
        HealthCheck check = supervision.healthCheck();
        ProbeSpec probe = supervision.probe();
        return check == null || probe == null
                ? run
                : Beside.of(run, probing(new ContainerHealth(check, probe, container, context), process));
    }

    private Mono<Void> probing(ContainerHealth health, ContainerProcess process) {
        return started().then(health.watch()).takeUntilOther(process.exit().onErrorComplete());
    }

    private Mono<ExitStatus> startToExit() {
        return startGate.compareAndSet(Gate.OPEN, Gate.PASSED)
                ? steps.start().doOnNext(process -> started.tryEmitEmpty()).flatMap(process -> steps.exit())
                : Mono.empty();
    }

    /** Reading begins before the start, and goes on for a while after the exit. */
    private Mono<Boolean> relay(ContainerProcess process) {
        Mono<?> deadline = steps.exitSeen().delayElement(plan.request().drainTimeout());
        ContainerProcess shared = attachments.share(process);
        return Mono.when(plan.request().streams().relay(shared), process.drained())
                .thenReturn(true)
                .timeout(deadline, Mono.just(false));
    }

    private RunReport toReport(boolean isDrained, ExitStatus status) {
        Exited exited = Objects.requireNonNull(steps.exited());
        Duration duration = exited.duration();
        EndReason reason = container.info().notes().endReason();
        return new RunReport(
                container.id(),
                status,
                isDrained,
                duration == null ? Duration.ZERO : duration,
                reason == null ? EndReason.PROGRAM : reason);
    }

    /** Tells those who wait for its end how the one before ended: it will not begin. */
    void neverBegin(ExitStatus last) {
        instead.tryEmitValue(last);
        attachments.end();
    }

    /** Has no further step begun, and tells whether there was none. */
    boolean close() {
        boolean isNothingBegun = creationGate.compareAndSet(Gate.OPEN, Gate.CLOSED);
        closeStart();
        return isNothingBegun;
    }

    /** Has it started no more. */
    void closeStart() {
        startGate.compareAndSet(Gate.OPEN, Gate.CLOSED);
    }

    /** Kills it before it was started, and waits for that, so that nobody starts it any more. */
    Mono<Void> endUnstarted() {
        return steps.killAll()
                .then(steps.exitSeen().timeout(context.endLimit(), Mono.empty()))
                .then();
    }

    /** Kills all that runs in it. */
    Mono<Void> killAll() {
        return steps.killAll();
    }

    /** Has one end that could not be lived, as if it had ended by itself, in the line or before all who are in it. */
    Mono<Void> abandon() {
        return isBegun()
                ? steps.creation()
                        .flatMap(process -> ensureEnded().then(Mono.defer(this::ensureKilled)))
                        .onErrorResume(e -> steps.discardRemains(e))
                : Mono.empty();
    }

    private Mono<Void> ensureKilled() {
        return steps.exited() == null ? steps.endUnwatched() : Mono.empty();
    }

    /** Deletes it, for another that follows, in the line. */
    Mono<Void> makeRoom() {
        isReplaced = true;
        return isBegun() ? created().then(deletion) : Mono.empty();
    }

    /** Ends what still runs, and deletes it. Only the deletion stands in the line. */
    Mono<Void> end() {
        return isBegun() ? created().flatMap(process -> ensureEnded().then(container.next(deletion))) : Mono.empty();
    }

    /** Waits for the creation. Empty if that has failed, with nothing left of it. */
    private Mono<ContainerProcess> created() {
        return steps.creation().onErrorResume(e -> steps.discardRemains(e).then(Mono.empty()));
    }

    private Mono<Void> delete() {
        return Mono.usingWhen(
                steps.creation().onErrorComplete(), process -> steps.delete(isReplaced), ContainerProcess::release);
    }

    /** The forced deletion that follows makes up for a stop that failed. */
    private Mono<Void> ensureEnded() {
        if (startGate.get() != Gate.PASSED || steps.exited() != null) {
            return Mono.empty();
        }
        return steps.start().flatMap(process -> steps.stop()).onErrorResume(e -> {
            log.debug("{}: could not be stopped, is deleted by force", container.id(), e);
            return Mono.empty();
        });
    }

    /** Whether a step may still be begun, was begun, or never will be. */
    private enum Gate {
        OPEN,
        PASSED,
        CLOSED
    }
}
