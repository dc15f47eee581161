// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.events.RuntimeEvent.HookFinished;
import io.runflux.events.RuntimeEvent.HookOutcome;
import io.runflux.events.RuntimeEvent.HookStarted;
import io.runflux.events.RuntimeEvent.HookTimedOut;
import io.runflux.hooks.FilteredConfig;
import io.runflux.hooks.HookException;
import io.runflux.hooks.HookOptions;
import io.runflux.hooks.HookResult;
import io.runflux.hooks.HookRunner;
import io.runflux.hooks.HookSelection;
import io.runflux.hooks.HookSet;
import io.runflux.hooks.RuntimeConfigFilter;
import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStatus;
import io.runflux.oci.Hook;
import io.runflux.oci.OciJson;
import io.runflux.oci.Spec;
import io.runflux.runtime.RuntimeInfo;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The hooks of one run: those that its runtime calls go into the configuration, and those of the stages precreate and
 * poststop are run from here, with an event before and one after each.
 */
final class RunHooks {
    static final String PRECREATE = "precreate";
    static final String POSTSTOP = "poststop";
    private static final Logger log = LoggerFactory.getLogger(RunHooks.class);

    private final ContainerId id;
    private final HookContext context;
    private final RunEvents events;
    private final Sinks.Empty<Void> creationCancelled = Sinks.empty();
    private volatile List<Hook> poststop = List.of();
    private volatile Map<String, String> annotations = Map.of();

    RunHooks(ContainerId id, HookContext context, RunEvents events) {
        this.id = id;
        this.context = context;
        this.events = events;
    }

    /**
     * Selects the hooks for a configuration, writes into it those that the runtime calls, and passes it through those
     * that come before the creation. Empty if nothing of it is changed.
     */
    Mono<Spec> change(Mono<Spec> config, Path directory, RuntimeInfo runtime) {
        return awaitSet()
                .map(HookSet::requireUsable)
                .filter(set -> !set.hooks().isEmpty())
                .flatMap(set -> config.flatMap(spec -> change(spec, set.select(spec), directory, runtime)));
    }

    /** An ending waits for the creation, which must not wait for hooks that do not come. */
    private Mono<HookSet> awaitSet() {
        Mono<HookSet> cancelled = creationCancelled
                .asMono()
                .then(Mono.error(
                        () -> new CancellationException("the run of " + id + " ended before its hooks were known")));
        return Mono.firstWithSignal(context.sets(), cancelled);
    }

    private Mono<Spec> change(Spec spec, HookSelection selection, Path directory, RuntimeInfo runtime) {
        if (!runtime.isolates() && !Objects.equals(selection.spec().hooks(), spec.hooks())) {
            log.warn(
                    "{}: runtime {} calls no hooks of a configuration, and hooks were selected for it",
                    id,
                    runtime.name());
        }
        HookOptions options =
                context.options().withWorkingDirectory(directory).withCancelWhen(creationCancelled.asMono());
        return RuntimeConfigFilter.of(observed(PRECREATE))
                .filter(selection.hooksOf(PRECREATE), selection.spec(), options)
                .map(FilteredConfig::config)
                .doOnNext(changed -> keepForTheEnd(changed, selection))
                .filter(changed -> !changed.equals(spec));
    }

    private void keepForTheEnd(Spec changed, HookSelection selection) {
        poststop = selection.hooksOf(POSTSTOP);
        annotations = changed.annotations();
    }

    /** Ends the hooks that come before the creation. */
    void cancelCreation() {
        creationCancelled.tryEmitEmpty();
    }

    /** Runs the hooks that come after the deletion. One that fails is told of, and hinders nothing. */
    Mono<Void> poststop(Path bundle, Path directory) {
        ContainerState state = ContainerState.of(id.value(), ContainerStatus.STOPPED, null, bundle.toString())
                .withAnnotations(annotations);
        byte[] json = OciJson.write(state).getBytes(StandardCharsets.UTF_8);
        HookRunner runner = observed(POSTSTOP);
        return Flux.fromIterable(poststop)
                .concatMap(hook -> runner.run(hook, json, context.options().withWorkingDirectory(directory))
                        .<RuntimeException>mapNotNull(HookResult::error)
                        .onErrorResume(RuntimeException.class, Mono::just)
                        .doOnNext(this::tellFailure))
                .then();
    }

    private void tellFailure(RuntimeException error) {
        log.warn("{}: a {} hook failed: {}", id, POSTSTOP, error.getMessage());
    }

    /** Counts and tells the hooks of a stage, and sees to it that each has a limit. */
    private HookRunner observed(String stage) {
        AtomicInteger count = new AtomicInteger();
        return (hook, state, options) -> {
            HookOptions limited = hook.timeout() == null ? options.withTimeout(context.defaultTimeout()) : options;
            Mono<HookResult> run = context.runner().run(hook, state, limited);
            return Mono.defer(() -> told(stage, count.getAndIncrement(), hook.path(), run));
        };
    }

    private Mono<HookResult> told(String stage, int index, String path, Mono<HookResult> run) {
        events.publish(new HookStarted(id, stage, index, path));
        return run.doOnNext(result -> publishEnd(stage, index, path, result));
    }

    private void publishEnd(String stage, int index, String path, HookResult result) {
        HookException error = result.error();
        boolean isTimedOut = error != null && error.reason() == HookException.Reason.TIMED_OUT;
        events.publish(
                isTimedOut
                        ? new HookTimedOut(id, stage, index, path, result.status(), result.duration())
                        : new HookFinished(id, stage, index, path, outcome(error), result.status(), result.duration()));
    }

    private static HookOutcome outcome(@Nullable HookException error) {
        if (error == null) {
            return HookOutcome.SUCCEEDED;
        }
        return switch (error.reason()) {
            case NOT_STARTED -> HookOutcome.NOT_STARTED;
            case CANCELLED -> HookOutcome.CANCELLED;
            default -> HookOutcome.FAILED;
        };
    }
}
