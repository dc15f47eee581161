// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStatus;
import io.runflux.process.ProcessAlreadyExitedException;
import io.runflux.process.ProcessSpec;
import io.runflux.process.RunningProcess;
import io.runflux.process.TerminalSize;
import io.runflux.runtime.KillOptions.Scope;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.ByteBufFlux;

/**
 * A process of the host runtime in the JVM that asked for it: the one of a container, or one that was executed in it.
 * That of a container does not exist before the start, so what is asked of it until then waits for one of two things:
 * the process, or the end without one.
 *
 * <p>Released means that the owner of the streams has let go. The process itself goes on then, and is the runtime's
 * until the deletion of its container; one that somebody is attached to ends.
 */
final class HostProcess implements ContainerProcess {
    private final ContainerId id;
    private final String token;
    private final ProcessSpec spec;
    private final HostEnds ends;
    private final Consumer<ContainerProcess> onReleased;
    private final AtomicReference<ContainerStatus> status = new AtomicReference<>(ContainerStatus.CREATED);
    private final Sinks.One<Fate> fate = Sinks.one();
    private final Sinks.Empty<Void> released = Sinks.empty();
    private volatile Mono<ExitStatus> exit = end();
    private volatile @Nullable RunningProcess process;
    private volatile boolean isReleased;
    private volatile boolean endsWithRelease;
    private volatile boolean isGone;

    /** Takes what tells its container from another of the same id, and who is told when the owner has let go. */
    HostProcess(ContainerId id, String token, ProcessSpec spec, HostEnds ends, Consumer<ContainerProcess> onReleased) {
        this.id = id;
        this.token = token;
        this.spec = spec;
        this.ends = ends;
        this.onReleased = onReleased;
    }

    ProcessSpec spec() {
        return spec;
    }

    String token() {
        return token;
    }

    /** Says whether the state is that of this container; one that cannot be read tells nothing against it. */
    boolean isOf(ContainerState state) {
        Object other = state.unknown().get(HostStore.TOKEN);
        return other == null || token.equals(other);
    }

    /** Lets one caller start the process. */
    void beginStart() {
        if (!status.compareAndSet(ContainerStatus.CREATED, ContainerStatus.CREATING)) {
            throw new IllegalContainerStateException(id, ContainerOperation.START, status(), null);
        }
    }

    void started(RunningProcess running) {
        process = running;
        status.set(ContainerStatus.RUNNING);
        fate.tryEmitValue(new Fate(running, ExitStatus.unknown()));
    }

    /** Ends a container whose start was not begun; returns false if it was, or the container had ended before. */
    boolean endBeforeStart(ExitStatus exit) {
        return endFrom(ContainerStatus.CREATED, exit);
    }

    /** Ends a container whose start was begun and led to no process. */
    void endFailedStart() {
        endFrom(ContainerStatus.CREATING, ExitStatus.unknown());
    }

    /** Waits for a start that was begun; empty if it led to no process. */
    Mono<RunningProcess> process() {
        return fate.asMono().flatMap(end -> Mono.justOrEmpty(end.process()));
    }

    /** Lets the process end when its owner lets go of it, and something happen at its end, once somebody asks. */
    void attach(Mono<Void> afterEnd) {
        exit = end().flatMap(ended -> afterEnd.thenReturn(ended)).cache();
        endsWithRelease = true;
    }

    /** How the process itself ends, whatever is done after that. */
    Mono<ExitStatus> end() {
        return fate.asMono()
                .flatMap(end -> end.process() == null
                        ? Mono.just(end.exit())
                        : end.process().exit());
    }

    /** Looks, without waiting. */
    Mono<Boolean> hasEnded() {
        return ProcessRecord.hasEnded(end());
    }

    boolean isReleased() {
        return isReleased;
    }

    /** Says whether nothing is held for it any more. */
    boolean isGone() {
        return isGone;
    }

    ProcessRecord toRecord(boolean isInit) {
        Mono<Integer> pid = Mono.fromSupplier(this::pid).filter(number -> number > 0);
        return new ProcessRecord(isInit, pid, end(), null, this);
    }

    /** Kills what runs and leaves the streams to their owner, or closes them, too, if the owner has let go of them. */
    Mono<Void> remove() {
        return Mono.defer(() -> {
            endsWithRelease = true;
            return process()
                    .flatMap(running ->
                            isReleased ? discard(running) : running.kill().then());
        });
    }

    /** Kills what runs and closes the streams, as if the owner had let go of an attached process. */
    Mono<Void> discard() {
        return Mono.defer(() -> {
            endsWithRelease = true;
            return release();
        });
    }

    private Mono<Void> discard(RunningProcess running) {
        return running.release().then(Mono.fromRunnable(() -> isGone = true));
    }

    /** Closes the streams of a process that was started after its owner had let go of it. */
    Mono<Void> closeStreamsIfReleased() {
        return Mono.defer(() -> isReleased ? closeStreams() : Mono.empty());
    }

    private boolean endFrom(ContainerStatus from, ExitStatus exit) {
        boolean isOurs = status.compareAndSet(from, ContainerStatus.STOPPED);
        if (isOurs) {
            fate.tryEmitValue(new Fate(null, exit));
        }
        return isOurs;
    }

    @Override
    public String toString() {
        return "process " + pid() + " of " + id;
    }

    @Override
    public int pid() {
        RunningProcess running = process;
        return running == null ? 0 : running.pid();
    }

    @Override
    public ByteBufFlux stdout() {
        return stream(RunningProcess::stdout);
    }

    @Override
    public ByteBufFlux stderr() {
        return stream(RunningProcess::stderr);
    }

    @Override
    public Mono<Void> send(Publisher<? extends ByteBuf> source) {
        return fate.asMono()
                .flatMap(end ->
                        end.process() == null ? neverStarted() : end.process().send(untilReleased(source)));
    }

    @Override
    public Mono<ExitStatus> exit() {
        return exit;
    }

    @Override
    public Mono<Void> drained() {
        return fate.asMono()
                .flatMap(end ->
                        end.process() == null ? Mono.empty() : end.process().drained());
    }

    @Override
    public Mono<Void> signal(Signal signal) {
        return Mono.defer(() -> ends.kill(id, this, signal, Scope.INIT))
                .onErrorMap(
                        IllegalContainerStateException.class,
                        error -> new ProcessAlreadyExitedException("the process of container " + id));
    }

    @Override
    public Mono<Void> resize(TerminalSize size) {
        return fate.asMono()
                .flatMap(end ->
                        end.process() == null ? Mono.empty() : end.process().resize(size));
    }

    @Override
    public Mono<Void> release() {
        return Mono.defer(this::releaseNow).doOnTerminate(() -> onReleased.accept(this));
    }

    private Mono<Void> releaseNow() {
        isReleased = true;
        RunningProcess running = process;
        return endsWithRelease && running != null
                ? discard(running).then(exit().then().onErrorComplete())
                : closeStreams();
    }

    /** Lets go as {@link #release} does, but signals nothing, whatever is left of the process. */
    Mono<Void> letGo() {
        return Mono.defer(() -> {
                    isReleased = true;
                    return closeStreams();
                })
                .doOnTerminate(() -> onReleased.accept(this));
    }

    private ContainerStatus status() {
        ContainerStatus now = Objects.requireNonNull(status.get());
        return now == ContainerStatus.CREATING ? ContainerStatus.RUNNING : now;
    }

    private ByteBufFlux stream(Function<RunningProcess, ByteBufFlux> which) {
        Flux<ByteBuf> bytes = Flux.defer(() -> streamNow(which)).takeUntilOther(released.asMono());
        return ByteBufFlux.fromInbound(bytes, ByteBufAllocator.DEFAULT);
    }

    /** Of a process that runs it is the stream itself, so that whoever cancels at once closes that. */
    private Flux<ByteBuf> streamNow(Function<RunningProcess, ByteBufFlux> which) {
        RunningProcess running = process;
        return running == null
                ? fate.asMono().flatMapMany(end -> end.process() == null ? Flux.empty() : which.apply(end.process()))
                : which.apply(running);
    }

    private Publisher<? extends ByteBuf> untilReleased(Publisher<? extends ByteBuf> source) {
        return Flux.from(source).takeUntilOther(released.asMono());
    }

    private static Mono<Void> neverStarted() {
        return Mono.error(() -> new IllegalStateException("the container ended before its process was started"));
    }

    /**
     * Whoever reads or sends is ended by this; a stream that nobody read is closed by reading none of it, and an input
     * that nobody sent to by sending nothing.
     */
    private Mono<Void> closeStreams() {
        released.tryEmitEmpty();
        RunningProcess running = process;
        return running == null
                ? Mono.empty()
                : Mono.whenDelayError(
                        close(running.stdout()),
                        close(running.stderr()),
                        running.send(Mono.empty()).onErrorComplete());
    }

    private static Mono<Void> close(ByteBufFlux stream) {
        return stream.takeUntilOther(Mono.empty()).then().onErrorComplete();
    }

    private record Fate(@Nullable RunningProcess process, ExitStatus exit) {}
}
