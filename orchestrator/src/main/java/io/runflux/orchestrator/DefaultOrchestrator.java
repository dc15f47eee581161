// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.EventStream;
import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.OciRuntime;
import io.runflux.runtime.RuntimeInfo;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Keeps the runs that are under way, so that disposal can wait for the last of them. */
final class DefaultOrchestrator implements Orchestrator {
    /** For how long a subscriber that does not read holds up the end. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final @Nullable ProcessLauncher ownLauncher;
    private final @Nullable EventStream ownEvents;
    private final RunContext context;
    private final Set<ContainerRun> runs = ConcurrentHashMap.newKeySet();
    private final Mono<Void> disposal = Mono.defer(this::dispose).cache();
    private volatile boolean isDisposed;

    DefaultOrchestrator(OrchestratorBuilder builder) {
        ProcessLauncher givenLauncher = builder.launcher();
        ownLauncher = givenLauncher == null ? ProcessLauncher.create() : null;
        ProcessLauncher launcher = givenLauncher == null ? Objects.requireNonNull(ownLauncher) : givenLauncher;
        EventStream givenEvents = builder.events();
        ownEvents = givenEvents == null ? EventStream.create() : null;
        EventStream events = givenEvents == null ? Objects.requireNonNull(ownEvents) : givenEvents;
        OciRuntime runtime = builder.runtime(launcher);
        Mono<RuntimeInfo> info = askOnce(runtime, builder.callTimeout());
        HookContext hooks = HookContext.of(launcher, builder.hooks(), builder.hookTimeout());
        context = new RunContext(
                runtime,
                info,
                events,
                hooks,
                builder.callTimeout(),
                builder.bundleDirectory(),
                builder.resources(launcher));
    }

    /** What a runtime is does not change; that it could not be asked may. */
    private static Mono<RuntimeInfo> askOnce(OciRuntime runtime, Duration limit) {
        Duration always = Duration.ofMillis(Long.MAX_VALUE);
        return runtime.info()
                .timeout(limit, Mono.error(() -> new CallTimeoutException("tell its version", limit)))
                .cache(info -> always, error -> Duration.ZERO, () -> Duration.ZERO);
    }

    @Override
    public Mono<RunReport> run(RunRequest request) {
        Objects.requireNonNull(request, "request");
        return Mono.usingWhen(
                        Mono.fromSupplier(() -> begin(request)),
                        ContainerRun::toEnd,
                        run -> Mono.fromRunnable(() -> finish(run)),
                        (run, error) -> run.cleanAfter(error).doFinally(signal -> finish(run)),
                        run -> run.cleanUnheard().doFinally(signal -> finish(run)))
                .checkpoint("run " + request.id());
    }

    /** Registers before it looks whether the door is closed, as disposal closes the door before it looks who is in. */
    private ContainerRun begin(RunRequest request) {
        ContainerRun run = new ContainerRun(request, context);
        runs.add(run);
        if (isDisposed) {
            finish(run);
            throw new IllegalStateException("the orchestrator was disposed of");
        }
        return run;
    }

    private void finish(ContainerRun run) {
        runs.remove(run);
        run.finish();
    }

    @Override
    public EventStream events() {
        return context.events();
    }

    @Override
    public OciRuntime runtime() {
        return context.runtime();
    }

    @Override
    public Mono<SweepReport> sweep() {
        return context.keeper().sweep(context.runtime());
    }

    @Override
    public Mono<Void> disposeLater() {
        return disposal;
    }

    private Mono<Void> dispose() {
        isDisposed = true;
        runs.forEach(ContainerRun::requestStop);
        Mono<Void> ended = Mono.when(runs.stream().map(ContainerRun::finished).toList());
        return Mono.usingWhen(Mono.just(this), orchestrator -> ended, DefaultOrchestrator::releaseOwn);
    }

    private Mono<Void> releaseOwn() {
        Mono<Void> launcherGone = ownLauncher == null ? Mono.empty() : ownLauncher.disposeLater(Duration.ZERO);
        Mono<Void> allHeard = ownEvents == null ? Mono.empty() : ownEvents.disposeLater(LAST_WORDS);
        return Flux.concatDelayError(launcherGone, allHeard).then();
    }
}
