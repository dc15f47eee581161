// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.reactor.retry.RetryOperator;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerEvent;
import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStats;
import io.runflux.oci.ContainerStatus;
import io.runflux.oci.Features;
import io.runflux.oci.LinuxResources;
import io.runflux.oci.OciProcess;
import io.runflux.oci.Spec;
import io.runflux.runtime.CheckpointOptions;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.CreateOptions;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.ExecOptions;
import io.runflux.runtime.KillOptions;
import io.runflux.runtime.NoSuchContainerException;
import io.runflux.runtime.OciRuntime;
import io.runflux.runtime.ProcessState;
import io.runflux.runtime.ProcessTable;
import io.runflux.runtime.ProcessView;
import io.runflux.runtime.RestoreOptions;
import io.runflux.runtime.RuntimeInfo;
import io.runflux.runtime.RuntimeTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A runtime behind guards. {@link GuardOptions} says which, in which order and why; {@link RuntimeCall} what is special
 * about each call; {@link RuntimeFault} what an error means.
 *
 * <p>Of Resilience4j come the retry and the circuit breaker. Its bulkhead blocks a thread where a call has to wait, so
 * the permits are a pool's; and its time limiter is {@link Mono#timeout(Duration)} with another error.
 *
 * <p>A time limit ends the call by cancelling it, which kills the command; its place is free a moment before the
 * command is gone, since cancelling waits for nobody.
 */
final class GuardedRuntime implements OciRuntime {
    private final OciRuntime runtime;
    private final GuardOptions options;
    private final RuntimeBreaker breaker;
    private final CallPermits permits;
    private final CallPermits clearingPermits;
    private final Retry retryIfNotBegun;
    private final Retry retryIfBusy;
    private final RuntimeMeters meters;

    /** Creates a guard with its circuit closed. */
    GuardedRuntime(OciRuntime runtime, GuardOptions options, OrchestratorMeters told, GuardClock clock) {
        this.runtime = runtime;
        this.options = options;
        breaker = new RuntimeBreaker(runtime.name(), options.breaker(), clock);
        permits = CallPermits.of(options.bulkhead());
        clearingPermits = CallPermits.ofClearing(options.bulkhead());
        meters = new RuntimeMeters(told, runtime.name());
        meters.watch(permits, "beginning");
        meters.watch(clearingPermits, "clearing");
        meters.watch(breaker);
        retryIfNotBegun = retry(EnumSet.of(RuntimeFault.NOT_BEGUN));
        retryIfBusy = retry(EnumSet.of(RuntimeFault.NOT_BEGUN, RuntimeFault.BUSY));
    }

    private Retry retry(Set<RuntimeFault> faults) {
        GuardOptions.Repeats repeats = options.repeats();
        RetryConfig config = RetryConfig.custom()
                .maxAttempts(repeats.maxAttempts())
                .intervalFunction(IntervalFunction.ofExponentialRandomBackoff(
                        repeats.firstWait(), 2.0, 0.5, repeats.longestWait()))
                .retryOnException(error -> faults.contains(RuntimeFault.of(error)))
                .build();
        Retry retry = Retry.of(runtime.name(), config);
        retry.getEventPublisher().onRetry(event -> meters.retried(RuntimeFault.of(event.getLastThrowable())));
        return retry;
    }

    /** A call that hands over a process, which is let go of if its time is up just then. */
    private Mono<ContainerProcess> guardProcess(RuntimeCall call, ContainerId id, Mono<ContainerProcess> work) {
        return ProcessHandOver.across(made -> guard(call, id, made), work, process -> letGo(call, process));
    }

    /** A container has an id, by which it is found; a further process has nothing. */
    private static Mono<Void> letGo(RuntimeCall call, ContainerProcess process) {
        Mono<Void> end = call == RuntimeCall.EXEC ? process.signal(Signal.KILL).onErrorComplete() : Mono.empty();
        return end.then(process.release());
    }

    /** A call that names a container. */
    private <T> Mono<T> guard(RuntimeCall call, ContainerId id, Mono<T> work) {
        Mono<T> guarded = guard(call, id, call + " container " + id, work);
        return call.changes()
                ? guarded.onErrorResume(CallTimeoutException.class, error -> settle(call, id, error))
                : guarded;
    }

    /** A call that names none. */
    private <T> Mono<T> guard(RuntimeCall call, Mono<T> work) {
        return guard(call, null, call.toString(), work);
    }

    /** Where the order of the guards is: what stands further down is further out. */
    private <T> Mono<T> guard(RuntimeCall call, @Nullable ContainerId id, String words, Mono<T> work) {
        return meters.attempt(call, id, limited(words, call.limit(options.limits()), work))
                .transform(held(call))
                .transform(broken(call))
                .transformDeferred(RetryOperator.of(call.isRepeatable() ? retryIfBusy : retryIfNotBegun))
                .doOnError(meters::failed);
    }

    private static <T> Mono<T> limited(String words, Duration limit, Mono<T> work) {
        return work.onErrorMap(RuntimeTimeoutException.class, error -> new CallTimeoutException(words, error))
                .timeout(limit, Mono.error(() -> new CallTimeoutException(words, limit)));
    }

    private <T> Function<Mono<T>, Mono<T>> held(RuntimeCall call) {
        return call.clears() ? clearingPermits::hold : permits::hold;
    }

    private <T> Function<Mono<T>, Mono<T>> broken(RuntimeCall call) {
        return call.clears() ? Function.identity() : breaker::pass;
    }

    /** What ran out of time may be done all the same: the state of the container tells, if it can be read. */
    private <T> Mono<T> settle(RuntimeCall call, ContainerId id, CallTimeoutException late) {
        return state(id)
                .map(state -> Optional.of(state.status()))
                .onErrorReturn(NoSuchContainerException.class, Optional.empty())
                .onErrorMap(unknown -> withSuppressed(late, unknown))
                .flatMap(found -> settled(call, late, found));
    }

    private static <T> Mono<T> settled(RuntimeCall call, CallTimeoutException late, Optional<ContainerStatus> found) {
        ContainerStatus status = found.orElse(null);
        return call.isDone(status) ? Mono.empty() : Mono.error(late.withFound(status));
    }

    private static CallTimeoutException withSuppressed(CallTimeoutException late, Throwable unknown) {
        late.addSuppressed(unknown);
        return late;
    }

    @Override
    public String name() {
        return runtime.name();
    }

    @Override
    public Mono<RuntimeInfo> info() {
        return guard(RuntimeCall.INFO, runtime.info());
    }

    @Override
    public Mono<Features> features() {
        return guard(RuntimeCall.FEATURES, runtime.features());
    }

    @Override
    public Mono<Spec> spec() {
        return guard(RuntimeCall.SPEC, runtime.spec());
    }

    @Override
    public Mono<ContainerProcess> create(ContainerId id, Path bundle, CreateOptions options) {
        return guardProcess(RuntimeCall.CREATE, id, runtime.create(id, bundle, options));
    }

    @Override
    public Mono<Void> start(ContainerId id) {
        return guard(RuntimeCall.START, id, runtime.start(id));
    }

    @Override
    public Mono<ContainerProcess> run(ContainerId id, Path bundle, CreateOptions options) {
        return guardProcess(RuntimeCall.RUN, id, runtime.run(id, bundle, options));
    }

    @Override
    public Mono<ContainerProcess> exec(ContainerId id, OciProcess process, ExecOptions options) {
        return guardProcess(RuntimeCall.EXEC, id, runtime.exec(id, process, options));
    }

    @Override
    public Mono<Void> kill(ContainerId id, Signal signal, KillOptions options) {
        RuntimeCall call = signal.equals(Signal.KILL) ? RuntimeCall.KILL : RuntimeCall.SIGNAL;
        return guard(call, id, runtime.kill(id, signal, options));
    }

    @Override
    public Mono<Void> delete(ContainerId id, DeleteOptions options) {
        return guard(RuntimeCall.DELETE, id, runtime.delete(id, options));
    }

    @Override
    public Mono<Void> pause(ContainerId id) {
        return guard(RuntimeCall.PAUSE, id, runtime.pause(id));
    }

    @Override
    public Mono<Void> resume(ContainerId id) {
        return guard(RuntimeCall.RESUME, id, runtime.resume(id));
    }

    @Override
    public Mono<Void> update(ContainerId id, LinuxResources resources) {
        return guard(RuntimeCall.UPDATE, id, runtime.update(id, resources));
    }

    @Override
    public Mono<ContainerState> state(ContainerId id) {
        return guard(RuntimeCall.STATE, id, runtime.state(id));
    }

    @Override
    public Mono<Boolean> exists(ContainerId id) {
        return guard(RuntimeCall.EXISTS, id, runtime.exists(id));
    }

    @Override
    public Flux<ContainerState> list() {
        return guard(RuntimeCall.LIST, runtime.list().collectList()).flatMapIterable(Function.identity());
    }

    @Override
    public Mono<Integer> initPid(ContainerId id) {
        return guard(RuntimeCall.INIT_PID, id, runtime.initPid(id));
    }

    @Override
    public Flux<Integer> ps(ContainerId id) {
        return guard(RuntimeCall.PS, id, runtime.ps(id).collectList()).flatMapIterable(Function.identity());
    }

    @Override
    public Flux<ProcessState> processes(ContainerId id, ProcessView view) {
        return guard(RuntimeCall.PS, id, runtime.processes(id, view).collectList())
                .flatMapIterable(Function.identity());
    }

    @Override
    public Mono<ProcessTable> top(ContainerId id, List<String> options) {
        return guard(RuntimeCall.PS, id, runtime.top(id, options));
    }

    @Override
    public Mono<ContainerStats> stats(ContainerId id) {
        return guard(RuntimeCall.STATS, id, runtime.stats(id));
    }

    @Override
    public Flux<ContainerEvent> events(ContainerId id, Duration interval) {
        return runtime.events(id, interval);
    }

    @Override
    public Mono<ExitStatus> waitFor(ContainerId id) {
        return runtime.waitFor(id);
    }

    @Override
    public Mono<ExitStatus> waitFor(ContainerId id, int pid) {
        return runtime.waitFor(id, pid);
    }

    @Override
    public Mono<ContainerProcess> process(ContainerId id, int pid) {
        return runtime.process(id, pid);
    }

    @Override
    public Mono<Void> deleteProcess(ContainerId id, int pid) {
        return guard(RuntimeCall.DELETE_PROCESS, id, runtime.deleteProcess(id, pid));
    }

    @Override
    public Mono<Void> checkpoint(ContainerId id, CheckpointOptions options) {
        return guard(RuntimeCall.CHECKPOINT, id, runtime.checkpoint(id, options));
    }

    @Override
    public Mono<ContainerProcess> restore(ContainerId id, Path bundle, RestoreOptions options) {
        return guardProcess(RuntimeCall.RESTORE, id, runtime.restore(id, bundle, options));
    }
}
