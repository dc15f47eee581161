// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.RuntimeEvent.Checkpointed;
import io.runflux.events.RuntimeEvent.Deleted;
import io.runflux.events.RuntimeEvent.Paused;
import io.runflux.events.RuntimeEvent.Started;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerStatus;
import io.runflux.oci.LinuxResources;
import io.runflux.runtime.CheckpointOptions;
import io.runflux.runtime.ContainerNotRunningException;
import io.runflux.runtime.ContainerOperation;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.IllegalContainerStateException;
import io.runflux.runtime.KillOptions;
import io.runflux.runtime.NoSuchContainerException;
import io.runflux.runtime.OciRuntime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Mono;

/** What changes one container that is there: each change in its turn, if the state allows it. */
final class ContainerChanges {
    private final TrackedContainer container;
    private final RunContext context;
    private final OciRuntime runtime;
    private final ContainerId id;

    ContainerChanges(TrackedContainer container, RunContext context) {
        this.container = container;
        this.context = context;
        runtime = context.runtime();
        id = container.id();
    }

    /** Starts it. What was created here lives its life then, and is removed if that cannot begin. */
    Mono<ContainerInfo> start() {
        ContainerRun run = container.run();
        Mono<Void> started =
                run == null ? inTurn(ContainerOperation.START, startFound()) : Mono.defer(() -> start(run));
        return started.then(Mono.fromSupplier(container::info));
    }

    private Mono<Void> startFound() {
        return runtime.start(id).then(Mono.defer(this::recordStarted));
    }

    private Mono<Void> recordStarted() {
        Integer pid = container.info().pid();
        return container.started(new Started(id, pid == null ? 0 : pid), Instant.now());
    }

    private Mono<Void> start(ContainerRun run) {
        AtomicBoolean hasFailed = new AtomicBoolean();
        Mono<Void> launch = Mono.defer(run::launch).doOnError(e -> hasFailed.set(true));
        return Mono.usingWhen(
                Mono.just(run),
                created -> inTurn(ContainerOperation.START, launch),
                created -> Mono.empty(),
                (created, error) -> hasFailed.get() ? created.cleanAfter(error) : Mono.empty(),
                created -> cleanIfFailed(created, hasFailed));
    }

    /** A start that was begun and left may still fail. */
    private Mono<Void> cleanIfFailed(ContainerRun run, AtomicBoolean hasFailed) {
        return container.next(Mono.empty()).then(Mono.defer(() -> hasFailed.get() ? run.cleanUnheard() : Mono.empty()));
    }

    /** One that asks for the end also ends the wait for a restart. */
    Mono<Void> kill(Signal signal, KillOptions options) {
        Mono<Void> call = runtime.kill(id, signal, options);
        return EndRequest.isMadeBy(signal)
                ? inTurn(ContainerOperation.KILL, container.endRequest().makeBy(call))
                        .onErrorResume(ContainerNotRunningException.class, this::endWait)
                : inTurn(ContainerOperation.KILL, call);
    }

    private Mono<Void> endWait(ContainerNotRunningException refusal) {
        if (container.info().notes().restartsAt() == null) {
            return Mono.error(refusal);
        }
        container.endRequest().make(EndReason.REQUEST);
        return Mono.empty();
    }

    Mono<Void> pause() {
        return inTurn(ContainerOperation.PAUSE, callPause());
    }

    private Mono<Void> callPause() {
        return runtime.pause(id)
                .then(container.changed(ContainerTransition.PAUSE, new Paused(id)))
                .doOnSubscribe(subscription -> container.setAwake(false))
                .doOnError(e -> container.setAwake(true));
    }

    Mono<Void> resume() {
        return inTurn(ContainerOperation.RESUME, container.resume());
    }

    Mono<Void> update(LinuxResources resources) {
        return inTurn(ContainerOperation.UPDATE, runtime.update(id, resources));
    }

    Mono<Void> checkpoint(CheckpointOptions options) {
        Checkpointed event = new Checkpointed(id, options.imagePath().toString());
        Mono<Void> change = runtime.checkpoint(id, options)
                .then(Mono.fromRunnable(() -> container.events().publish(event, "checkpoint " + id)));
        return inTurn(
                ContainerOperation.CHECKPOINT,
                options.leaveRunning() ? change : container.endRequest().makeBy(change));
    }

    Mono<ExitStatus> stop(StopOptions options) {
        return stop(options, EndReason.REQUEST);
    }

    /** Each signal has its turn, and the waiting has none. The first may fail if the second can do without it. */
    Mono<ExitStatus> stop(StopOptions options, EndReason reason) {
        return Mono.defer(() -> {
            container.endRequest().make(reason);
            return settledStatus().flatMap(status -> stopFrom(status, options));
        });
    }

    /** A restart that is under way may have another life to end. */
    private Mono<ContainerStatus> settledStatus() {
        Mono<ContainerStatus> status = Mono.fromSupplier(() -> container.info().status());
        ContainerRun run = container.run();
        return run != null && run.plan().isRestarted() ? container.inTurn(status) : status;
    }

    private Mono<ExitStatus> stopFrom(ContainerStatus status, StopOptions options) {
        return status == ContainerStatus.STOPPED ? exit() : stopUnlessStopped(options);
    }

    private Mono<ExitStatus> stopUnlessStopped(StopOptions options) {
        Duration grace = options.gracePeriod();
        Mono<ExitStatus> politely = grace.isZero()
                ? Mono.empty()
                : signal(options.signal(), KillOptions.init())
                        .onErrorComplete(ContainerChanges::isPassing)
                        .then(exitWithin(grace));
        Mono<ExitStatus> forcibly =
                Mono.defer(() -> signal(Signal.KILL, KillOptions.all())).then(exitWithin(context.endLimit()));
        return politely.switchIfEmpty(forcibly).switchIfEmpty(notStopped());
    }

    /** Whether it says nothing about the container, which may even have got the signal. */
    private static boolean isPassing(Throwable error) {
        return switch (RuntimeFault.of(error)) {
            case NOT_BEGUN, BUSY, BROKEN -> true;
            case REFUSED, NOT_CALLED -> false;
        };
    }

    /** What cannot be signalled because it has ended is fine. */
    private Mono<Void> signal(Signal signal, KillOptions options) {
        Mono<Void> sent = container.signalThawed(signal, options);
        return inTurn(ContainerOperation.KILL, Mono.defer(() -> endUnstarted().orElse(sent)))
                .onErrorComplete(IllegalContainerStateException.class);
    }

    /** What was not started could not heed a signal, and is killed; whether it was is known when its turn has come. */
    private Optional<Mono<Void>> endUnstarted() {
        return Optional.ofNullable(container.run())
                .filter(run -> container.info().status() == ContainerStatus.CREATED)
                .map(ContainerRun::endUnstarted);
    }

    private Mono<ExitStatus> exitWithin(Duration limit) {
        return exit().timeout(limit, Mono.empty());
    }

    private Mono<ExitStatus> notStopped() {
        return Mono.error(() -> new CallTimeoutException("end container " + id, context.endLimit()));
    }

    /** Waits for the end. */
    Mono<ExitStatus> exit() {
        ContainerRun run = container.run();
        return run == null ? runtime.waitFor(id) : run.exit().switchIfEmpty(Mono.error(container::noSuch));
    }

    /**
     * By force, all is killed; the end of its output is waited for in either case, outside the line. Who comes later in
     * the line finds nothing any more.
     */
    Mono<Void> remove(DeleteOptions options) {
        ContainerRun run = container.run();
        return run == null ? removeFound(options) : remove(run, options);
    }

    /** What cannot be killed is deleted by force nevertheless. */
    private Mono<Void> remove(ContainerRun run, DeleteOptions options) {
        IllegalStateException reason = new IllegalStateException("container " + id + " was removed");
        Mono<Void> asking = Mono.fromRunnable(() -> container.endRequest().make(EndReason.REQUEST));
        Mono<Void> removal = Mono.fromRunnable(() -> run.beginRemoval(reason));
        return options.force()
                ? asking.then(container.inTurn(
                                ensureKilled(run).onErrorComplete().then(removal)))
                        .onErrorResume(e -> removal)
                        .then(run.removal())
                : container
                        .inTurn(container.require(ContainerOperation.DELETE).then(removal))
                        .then(run.removal());
    }

    private Mono<Void> ensureKilled(ContainerRun run) {
        return Mono.defer(() -> {
            ContainerStatus status = container.info().status();
            boolean isRunning = status == ContainerStatus.RUNNING || status == ContainerStatus.PAUSED;
            return isRunning ? run.killAll() : Mono.empty();
        });
    }

    private Mono<Void> removeFound(DeleteOptions options) {
        Mono<Void> ready = options.force() ? Mono.empty() : container.require(ContainerOperation.DELETE);
        Mono<Void> call = runtime.delete(id, options).onErrorComplete(NoSuchContainerException.class);
        return container
                .inTurn(ready.then(call).then(container.deleted(new Deleted(id, null, ExitStatus.unknown(), null))))
                .then(context.keeper().sweep(runtime, id))
                .then();
    }

    private Mono<Void> inTurn(ContainerOperation operation, Mono<Void> change) {
        return container.inTurn(container.require(operation).then(change));
    }
}
