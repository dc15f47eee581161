// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ExitStatus;
import io.runflux.events.RuntimeEvent.Exited;
import io.runflux.runtime.ContainerProcess;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;
import reactor.core.publisher.Sinks;
import reactor.util.context.ContextView;

/**
 * One life: the steps of a container in their order, and what every ending owes. It is lived in the background, from
 * {@link #launch()} to the end of the output, and is disposed of by {@link #cleaning}. An ending waits for the steps
 * that were begun, and goes on from what it finds. Where the end begins while the creation or the start is about to be
 * asked for, the first to pass the gate of that step decides whether the step is made at all.
 */
final class ContainerRun {
    private static final Logger log = LoggerFactory.getLogger(ContainerRun.class);

    private final RunPlan plan;
    private final TrackedContainer container;
    private final RunContext context;
    private final Resources resources;
    private final RunNetworks networks;
    private final RunBundle bundle;
    private final RunHooks hooks;
    private final ContainerSteps steps;
    private final Attachments attachments;
    private final Disposable.Swap life = Disposables.swap();
    private final Sinks.Empty<Void> started = Sinks.empty();
    private final Sinks.One<RunReport> over = Sinks.one();
    private final Sinks.Empty<Void> finished = Sinks.empty();
    private final AtomicReference<Gate> creationGate = new AtomicReference<>(Gate.OPEN);
    private final AtomicReference<Gate> startGate = new AtomicReference<>(Gate.OPEN);
    private final Mono<Void> cleaning;
    private final Mono<Void> removal;
    private volatile boolean isLaunched;
    private volatile @Nullable RuntimeException endReason;

    ContainerRun(RunPlan plan, TrackedContainer container, RunContext context) {
        this.plan = plan;
        this.container = container;
        this.context = context;
        RunRequest request = plan.request();
        resources = context.keeper().open(request.id(), context.runtime());
        networks =
                new RunNetworks(request.networks(), resources, context.keeper().writesDown());
        bundle = new RunBundle(request, context.bundleDirectory(), resources, networks);
        hooks = new RunHooks(request.id(), context.hooks(), container.events());
        steps = new ContainerSteps(plan, bundle, hooks, container, context);
        attachments = new Attachments(request.id(), plan.takesInput(), exit());
        cleaning = Mono.usingWhen(Mono.just(this), ContainerRun::clean, ContainerRun::letGo)
                .doOnTerminate(this::finish)
                .cache();
        removal = Mono.defer(this::awaitOver).then(cleaning).cache();
    }

    Attachments attachments() {
        return attachments;
    }

    RunPlan plan() {
        return plan;
    }

    /** Creates it, in the line of operations. */
    Mono<Void> create() {
        return Mono.defer(this::openLog)
                .then(Mono.defer(this::createOnce))
                .doOnNext(this::hold)
                .then(Mono.defer(this::requireNoEnd));
    }

    /** It may end before it is started, since somebody may kill it. */
    private void hold(ContainerProcess process) {
        attachments.hold(process);
        life.update(process.exit()
                .filter(status -> startGate.compareAndSet(Gate.OPEN, Gate.CLOSED))
                .flatMap(status -> steps.recordExited(process, status))
                .onErrorComplete()
                .subscribe());
    }

    private Mono<Void> requireNoEnd() {
        RuntimeException reason = endReason;
        return reason == null ? Mono.empty() : Mono.error(reason);
    }

    /**
     * Has it live its life, whoever listens, in the line of operations, which goes on when its program is started, or
     * never will be.
     */
    Mono<Void> launch() {
        return Mono.deferContextual(caller -> {
            live(caller);
            return Mono.firstWithSignal(started.asMono(), over.asMono().then());
        });
    }

    private void live(ContextView caller) {
        isLaunched = true;
        life.update(Mono.defer(this::openLog)
                .then(limited())
                .doFinally(signal -> attachments.end())
                .materialize()
                .contextWrite(caller)
                .subscribe(this::finishLife));
    }

    /** The log is there before there is output. */
    private Mono<Void> openLog() {
        LaunchedStreams streams = plan.streams();
        return streams == null ? Mono.empty() : streams.open();
    }

    private Mono<RunReport> limited() {
        Mono<RunReport> work = Mono.defer(this::createOnce).flatMap(this::runCreated);
        Duration timeout = plan.request().timeout();
        return timeout == null
                ? work
                : work.timeout(timeout, Mono.error(() -> new RunTimeoutException(container.id(), timeout)));
    }

    /** What has failed is not started any more. Who runs it removes it; else nobody may be there who could. */
    private void finishLife(Signal<RunReport> end) {
        Throwable error = end.getThrowable();
        RunReport report = end.get();
        if (error != null) {
            startGate.compareAndSet(Gate.OPEN, Gate.CLOSED);
            over.tryEmitError(error);
        } else if (report == null) {
            tellEnd();
        } else {
            over.tryEmitValue(report);
            removeAtEnd();
        }
    }

    private void removeAtEnd() {
        if (plan.removedAtEnd()) {
            cleanUnheard().subscribe();
        }
    }

    /** Emits how it ended when its output has. */
    Mono<RunReport> report() {
        return over.asMono();
    }

    /** Emits how it ended as soon as that is seen; empty if it is gone before. */
    Mono<ExitStatus> exit() {
        return Mono.firstWithSignal(
                steps.exitSeen().map(Exited::exitStatus), finished.asMono().then(Mono.empty()));
    }

    /** Completes when nothing is left, or what is left cannot be helped. */
    Mono<Void> finished() {
        return finished.asMono();
    }

    /** Nothing more is done. */
    void finish() {
        container.gone();
        finished.tryEmitEmpty();
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

    /** Has it removed, for that reason, once its output is over, or does not end; whoever listens. */
    void beginRemoval(RuntimeException reason) {
        endReason = reason;
        container.close();
        removal.subscribe(
                nothing -> {}, error -> log.debug("{}: could not be removed: {}", container.id(), error.getMessage()));
    }

    /** Completes when the removal that was begun is done. */
    Mono<Void> removal() {
        return removal;
    }

    private Mono<Void> awaitOver() {
        Duration limit = plan.request().drainTimeout().plus(context.endLimit());
        return isLaunched ? over.asMono().then().onErrorComplete().timeout(limit, Mono.empty()) : Mono.empty();
    }

    /** Ends what still runs and removes everything, once; those who listen are told the reason. */
    Mono<Void> end(RuntimeException reason) {
        return Mono.defer(() -> {
            endReason = reason;
            return cleaning;
        });
    }

    /** Ends what still runs and removes everything, once. */
    Mono<Void> cleaning() {
        return cleaning;
    }

    /** As {@link #cleaning()}. What goes wrong meanwhile is told with the error. */
    Mono<Void> cleanAfter(Throwable error) {
        return cleaning.onErrorResume(e -> {
            if (e != error) {
                error.addSuppressed(e);
            }
            return Mono.empty();
        });
    }

    /** As {@link #cleaning()}, where nobody hears of an error. */
    Mono<Void> cleanUnheard() {
        return cleaning.doOnError(e -> log.warn("{}: could not be removed", container.id(), e))
                .onErrorComplete();
    }

    /**
     * What a container holds that could not be deleted is kept, until a sweep finds it gone. Only the deletion stands
     * in the line.
     */
    private Mono<Void> clean() {
        life.dispose();
        networks.cancel();
        hooks.cancelCreation();
        boolean isNothingBegun = creationGate.compareAndSet(Gate.OPEN, Gate.CLOSED);
        startGate.compareAndSet(Gate.OPEN, Gate.CLOSED);
        tellEnd();
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

    /** Who is in the line for the life makes room. */
    private void tellEnd() {
        RuntimeException reason = endReason;
        if (reason == null) {
            over.tryEmitEmpty();
        } else {
            over.tryEmitError(reason);
        }
    }

    private Mono<Void> letGo() {
        attachments.end();
        LaunchedStreams streams = plan.streams();
        return (streams == null ? Mono.<Void>empty() : streams.close()).then(container.forget());
    }

    /** Empty when it is ending, and nobody listens. */
    private Mono<ContainerProcess> createOnce() {
        creationGate.compareAndSet(Gate.OPEN, Gate.PASSED);
        return creationGate.get() == Gate.PASSED ? steps.creation() : Mono.empty();
    }

    private Mono<RunReport> runCreated(ContainerProcess process) {
        return Mono.zip(relay(process), Mono.defer(this::startToExit), this::toReport);
    }

    /** Empty when it is ending, and nobody listens. */
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
        return new RunReport(container.id(), status, isDrained, duration == null ? Duration.ZERO : duration);
    }

    private Mono<Void> endAndDelete(ContainerProcess process) {
        return Mono.usingWhen(
                Mono.just(process),
                created -> ensureEnded().then(container.next(steps.delete())),
                ContainerProcess::release);
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

    private Mono<Void> runPoststopHooks() {
        return steps.wasCreationRequested() ? hooks.poststop(bundle.directory(), bundle.hookDirectory()) : Mono.empty();
    }

    /** Whether a step may still be begun, was begun, or never will be. */
    private enum Gate {
        OPEN,
        PASSED,
        CLOSED
    }
}
