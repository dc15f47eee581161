// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.events.ContainerId;
import io.runflux.events.EventStream;
import io.runflux.hooks.HookSet;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.orchestrator.ReleaseScope;
import io.runflux.orchestrator.ResourceKeeper;
import io.runflux.orchestrator.Resources;
import io.runflux.orchestrator.RunReport;
import io.runflux.orchestrator.RunRequest;
import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.OciRuntime;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What one {@code run} needs, closed once: by the command when it is done, or by the JVM's shutdown when a signal comes
 * first. A signal thus stops what runs, and the JVM ends when nothing of it is left.
 */
final class RunSession implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RunSession.class);

    private final ProcessLauncher launcher;
    private final LocalTerminal terminal;
    private final OciRuntime runtime;
    private final ResourceKeeper keeper;
    private final EventStream events = EventStream.create();
    private final EventRecorder recorder;
    private final Orchestrator orchestrator;
    private final List<Mono<Void>> endings = new CopyOnWriteArrayList<>();
    private final List<Resources> held = new CopyOnWriteArrayList<>();
    private final Mono<Void> closing;
    private final Thread onShutdown = new Thread(this::closeOnShutdown, "runflux-shutdown");
    private volatile boolean isShuttingDown;

    private RunSession(Path stateDirectory, RuntimeChoice choice, boolean usesBundleRoot, Mono<HookSet> hooks) {
        launcher = ProcessLauncher.builder().subreaper(!choice.isHost()).build();
        terminal = new LocalTerminal(launcher);
        recorder = new EventRecorder(new EventJournal(stateDirectory));
        Runtimes runtimes = new Runtimes(stateDirectory, launcher, choice);
        runtime = runtimes.get(usesBundleRoot);
        keeper = runtimes.resources();
        orchestrator = Orchestrator.builder()
                .launcher(launcher)
                .events(events)
                .runtime(shared -> runtime)
                .resources(shared -> keeper)
                .hooks(hooks)
                .build();
        closing = Mono.usingWhen(
                        Mono.just(this), session -> session.orchestrator.disposeLater(), RunSession::releaseAll)
                .cache();
    }

    static RunSession open(Path stateDirectory, RuntimeChoice runtime, boolean usesBundleRoot, Mono<HookSet> hooks) {
        RunSession session = new RunSession(stateDirectory, runtime, usesBundleRoot, hooks);
        Runtime.getRuntime().addShutdownHook(session.onShutdown);
        return session;
    }

    ProcessLauncher launcher() {
        return launcher;
    }

    LocalTerminal terminal() {
        return terminal;
    }

    /** Has events written down, and printed if there is somewhere to. They end when the stream does, in closing. */
    void listen(@Nullable PrintWriter target) {
        recorder.listen(events::events, target);
    }

    /** Has something done in the end, when nothing of the container is left, beside what else is done then. */
    void atEnd(Mono<Void> ending) {
        endings.add(ending);
    }

    /** Returns what the command itself holds for a container; it is released after all that is done in the end. */
    Resources hold(ContainerId id) {
        Resources resources = keeper.open(id, runtime);
        held.add(resources);
        return resources;
    }

    RunReport run(RunRequest request, Spinner waiting) {
        RunRequest seen = request.withStreams(waiting.until(request.streams()));
        return Required.of(await(waiting.during(orchestrator.run(seen))));
    }

    /** Removes what earlier commands have left that were killed. What goes wrong hinders nothing. */
    void sweep() {
        await(orchestrator.sweep().doOnNext(report -> report.errors()
                .forEach(error -> log.warn("left by another command: {}", error.getMessage()))));
    }

    /** Waits; this is where a run blocks. */
    <T> @Nullable T await(Mono<T> work) {
        try {
            return work.block();
        } catch (RuntimeException e) {
            throw isShuttingDown ? new StoppedBySignalException(e) : e;
        }
    }

    @Override
    public void close() {
        awaitClosing();
        try {
            Runtime.getRuntime().removeShutdownHook(onShutdown);
        } catch (IllegalStateException shuttingDown) {
            log.debug("the JVM is ending already");
        }
    }

    private void closeOnShutdown() {
        isShuttingDown = true;
        awaitClosing();
    }

    private void awaitClosing() {
        closing.block();
    }

    private Mono<Void> releaseAll() {
        return terminal.restore()
                .onErrorComplete()
                .thenMany(Flux.fromIterable(endings).flatMap(Mono::onErrorComplete))
                .thenMany(Flux.fromIterable(held).concatMap(RunSession::release))
                .then(launcher.disposeLater(Duration.ZERO))
                .then(Mono.defer(() -> {
                    events.dispose();
                    return recorder.ended();
                }));
    }

    private static Mono<Void> release(Resources resources) {
        return resources
                .release(ReleaseScope.ALL)
                .doOnError(error -> log.warn("left for another command to remove: {}", error.getMessage()))
                .onErrorComplete();
    }
}
