// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ExitStatus;
import java.time.Duration;
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
 * All of a container: its lives, what it holds over them, and what every ending owes. It is lived in the background,
 * from {@link #launch()} to the end of the last output, and is disposed of by {@link #cleaning}. An ending waits for
 * the steps that were begun, and goes on from what it finds.
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
    private final ContainerLives lives;
    private final Disposable.Swap life = Disposables.swap();
    private final Sinks.One<RunReport> over = Sinks.one();
    private final Sinks.Empty<Void> finished = Sinks.empty();
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
        lives = new ContainerLives(plan, container, context, this::newLife);
        cleaning = Mono.usingWhen(Mono.just(this), ContainerRun::clean, ContainerRun::letGo)
                .doOnTerminate(this::finish)
                .cache();
        removal = Mono.defer(this::awaitOver).then(cleaning).cache();
    }

    private ContainerLife newLife(RunPlan ofLife) {
        ContainerSteps steps = new ContainerSteps(ofLife, bundle, hooks, container, context);
        return new ContainerLife(ofLife, steps, container, context, finished());
    }

    /** Those of the life that goes on, or comes next. */
    Attachments attachments() {
        return lives.expected().attachments();
    }

    RunPlan plan() {
        return plan;
    }

    /** Creates it, in the line of operations. */
    Mono<Void> create() {
        ContainerLife first = lives.current();
        return plan.openLog()
                .then(first.create())
                .doOnNext(process -> life.update(first.hold(process).subscribe()))
                .then(Mono.defer(this::requireNoEnd));
    }

    private Mono<Void> requireNoEnd() {
        RuntimeException reason = endReason;
        return reason == null ? Mono.empty() : Mono.error(reason);
    }

    /**
     * Has it live its lives, whoever listens, in the line of operations, which goes on when its program is started, or
     * never will be.
     */
    Mono<Void> launch() {
        return Mono.deferContextual(caller -> {
            Mono<Void> started = lives.current().started();
            live(caller);
            return Mono.firstWithSignal(started, over.asMono().then());
        });
    }

    private void live(ContextView caller) {
        isLaunched = true;
        life.update(plan.openLog()
                .then(logged(limited()))
                .materialize()
                .contextWrite(caller)
                .subscribe(this::finishLife));
    }

    /** Who follows the log comes to its end with the last of the output. */
    private Mono<RunReport> logged(Mono<RunReport> work) {
        LaunchedStreams streams = plan.streams();
        return streams == null ? work : Mono.usingWhen(Mono.just(streams), open -> work, LaunchedStreams::close);
    }

    private Mono<RunReport> limited() {
        Mono<RunReport> work = lives.live();
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
            lives.current().closeStart();
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

    /** Emits how the life ends that goes on, or comes next, as soon as that is seen; empty if it is gone before. */
    Mono<ExitStatus> exit() {
        return Mono.defer(() -> lives.expected().exit());
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
        return Mono.defer(() -> lives.current().endUnstarted());
    }

    /** Kills all that runs in it. */
    Mono<Void> killAll() {
        return Mono.defer(() -> lives.current().killAll());
    }

    /** Has it removed, for that reason, once its output is over, or does not end; whoever listens. */
    void beginRemoval(RuntimeException reason) {
        endReason = reason;
        container.endRequest().make(EndReason.REQUEST);
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
        container.endRequest().make(EndReason.REQUEST);
        networks.cancel();
        hooks.cancelCreation();
        boolean isNothingBegun = lives.close();
        tellEnd();
        return isNothingBegun
                ? Mono.empty()
                : Mono.defer(() -> lives.current().end())
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
        lives.current().attachments().end();
        lives.expected().attachments().end();
        LaunchedStreams streams = plan.streams();
        return (streams == null ? Mono.<Void>empty() : streams.close()).then(container.forget());
    }

    private Mono<Void> runPoststopHooks() {
        return lives.wasCreationRequested() ? hooks.poststop(bundle.directory(), bundle.hookDirectory()) : Mono.empty();
    }
}
