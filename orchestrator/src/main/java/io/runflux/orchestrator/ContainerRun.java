// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ExitStatus;
import io.runflux.events.RuntimeEvent.Exited;
import io.runflux.runtime.ContainerProcess;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One run: the steps of a container in their order, and what every ending owes. An ending waits for the steps that were
 * begun, and goes on from what it finds. Where the end begins while the creation or the start is about to be asked for,
 * the first to pass the gate of that step decides whether the step is made at all.
 */
final class ContainerRun {
    private static final Logger log = LoggerFactory.getLogger(ContainerRun.class);

    private final RunRequest request;
    private final Resources resources;
    private final RunNetworks networks;
    private final RunBundle bundle;
    private final RunHooks hooks;
    private final ContainerSteps steps;
    private final Sinks.Empty<Void> stopRequest = Sinks.empty();
    private final Sinks.Empty<Void> finished = Sinks.empty();
    private final AtomicBoolean creationGate = new AtomicBoolean();
    private final AtomicBoolean startGate = new AtomicBoolean();
    private final Mono<Void> cleaning = Mono.defer(this::cleanNow).cache();

    ContainerRun(RunRequest request, RunContext context) {
        this.request = request;
        resources = context.keeper().open(request.id(), context.runtime());
        networks =
                new RunNetworks(request.networks(), resources, context.keeper().writesDown());
        bundle = new RunBundle(request, context.bundleDirectory(), resources, networks);
        RunEvents events = new RunEvents(request.id(), context.events());
        hooks = new RunHooks(request.id(), context.hooks(), events);
        steps = new ContainerSteps(request, bundle, hooks, events, context);
    }

    /** Runs to the end of the output, and removes everything. */
    Mono<RunReport> toEnd() {
        Mono<RunReport> work = Mono.defer(this::create).flatMap(this::runCreated);
        Duration timeout = request.timeout();
        Mono<RunReport> limited = timeout == null
                ? work
                : work.timeout(timeout, Mono.error(() -> new RunTimeoutException(request.id(), timeout)));
        return Mono.firstWithSignal(limited, stopRequest.asMono().then(Mono.error(this::stoppedByDisposal)))
                .flatMap(cleaning::thenReturn);
    }

    void requestStop() {
        stopRequest.tryEmitEmpty();
    }

    /** Completes when nothing is left, or what is left cannot be helped. */
    Mono<Void> finished() {
        return finished.asMono();
    }

    void finish() {
        finished.tryEmitEmpty();
    }

    /** Ends what still runs and removes everything, once. What goes wrong meanwhile is told with the error. */
    Mono<Void> cleanAfter(Throwable error) {
        return cleaning.onErrorResume(e -> {
            if (e != error) {
                error.addSuppressed(e);
            }
            return Mono.empty();
        });
    }

    /** After a cancellation nobody hears of an error. */
    Mono<Void> cleanUnheard() {
        return cleaning.doOnError(e -> log.warn("{}: could not be removed after a cancelled run", request.id(), e))
                .onErrorComplete();
    }

    /** What a container holds that could not be deleted is kept, until a sweep finds that it has gone. */
    private Mono<Void> cleanNow() {
        networks.cancel();
        hooks.cancelCreation();
        boolean isNothingBegun = creationGate.compareAndSet(false, true);
        return isNothingBegun
                ? Mono.empty()
                : steps.creation()
                        .onErrorResume(e -> steps.discardRemains(e).then(Mono.empty()))
                        .flatMap(this::endAndDelete)
                        .then(Mono.defer(this::runPoststopHooks))
                        .onErrorResume(this::giveUp)
                        .then(resources.release(ReleaseScope.ALL));
    }

    private Mono<Void> giveUp(Throwable error) {
        return resources
                .giveUp()
                .doOnError(error::addSuppressed)
                .onErrorComplete()
                .then(Mono.error(error));
    }

    /** Empty when the run is ending, and nobody listens. */
    private Mono<ContainerProcess> create() {
        return creationGate.compareAndSet(false, true) ? steps.creation() : Mono.empty();
    }

    private Mono<RunReport> runCreated(ContainerProcess process) {
        return Mono.zip(relay(process), Mono.defer(this::startToExit), this::toReport);
    }

    /** Empty when the run is ending, and nobody listens. */
    private Mono<ExitStatus> startToExit() {
        return startGate.compareAndSet(false, true) ? steps.exit() : Mono.empty();
    }

    /** Reading begins before the start, and goes on for a while after the exit. */
    private Mono<Boolean> relay(ContainerProcess process) {
        Mono<?> deadline = steps.exitSeen().delayElement(request.drainTimeout());
        return Mono.when(request.streams().relay(process), process.drained())
                .thenReturn(true)
                .timeout(deadline, Mono.just(false));
    }

    private RunReport toReport(boolean isDrained, ExitStatus status) {
        Exited exited = Objects.requireNonNull(steps.exited());
        Duration duration = exited.duration();
        return new RunReport(request.id(), status, isDrained, duration == null ? Duration.ZERO : duration);
    }

    private Mono<Void> endAndDelete(ContainerProcess process) {
        return Mono.usingWhen(
                Mono.just(process), created -> ensureEnded().then(steps.delete()), ContainerProcess::release);
    }

    /** The forced deletion that follows makes up for a stop that failed. */
    private Mono<Void> ensureEnded() {
        boolean isNeverStarted = startGate.compareAndSet(false, true);
        if (isNeverStarted || steps.exited() != null) {
            return Mono.empty();
        }
        return steps.start().flatMap(started -> steps.stop()).onErrorResume(e -> {
            log.debug("{}: could not be stopped, is deleted by force", request.id(), e);
            return Mono.empty();
        });
    }

    private Mono<Void> runPoststopHooks() {
        return steps.wasCreationRequested() ? hooks.poststop(bundle.directory(), bundle.hookDirectory()) : Mono.empty();
    }

    private IllegalStateException stoppedByDisposal() {
        return new IllegalStateException(
                "container " + request.id() + " was stopped: the orchestrator was disposed of");
    }
}
