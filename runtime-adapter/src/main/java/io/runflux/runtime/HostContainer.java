// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStatus;
import io.runflux.process.ProcessSpec;
import io.runflux.process.RunningProcess;
import io.runflux.process.TerminalSize;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.ByteBufFlux;

/**
 * A container of the host runtime in the JVM that created it. Its process does not exist before the start, so what is
 * asked of it until then waits for one of two things: the process, or the end without one.
 *
 * <p>Released means that the owner of the streams has let go; the process itself is the runtime's until the deletion.
 */
final class HostContainer implements ContainerProcess {
    private final ContainerId id;
    private final String token;
    private final ProcessSpec spec;
    private final AtomicReference<ContainerStatus> status = new AtomicReference<>(ContainerStatus.CREATED);
    private final Sinks.One<Fate> fate = Sinks.one();
    private final Sinks.Empty<Void> released = Sinks.empty();
    private volatile @Nullable RunningProcess process;
    private volatile boolean isReleased;
    private volatile boolean isRemoved;

    /** Takes what tells it from another container of the same id. */
    HostContainer(ContainerId id, String token, ProcessSpec spec) {
        this.id = id;
        this.token = token;
        this.spec = spec;
    }

    ProcessSpec spec() {
        return spec;
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

    /** Kills what runs and leaves the streams to their owner, or closes them, too, if the owner has let go of them. */
    Mono<Void> remove() {
        return Mono.defer(() -> {
            isRemoved = true;
            return process()
                    .flatMap(running ->
                            isReleased ? running.release() : running.kill().then());
        });
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
        return fate.asMono()
                .flatMap(end -> end.process() == null
                        ? Mono.just(end.exit())
                        : end.process().exit());
    }

    @Override
    public Mono<Void> drained() {
        return fate.asMono()
                .flatMap(end ->
                        end.process() == null ? Mono.empty() : end.process().drained());
    }

    @Override
    public Mono<Void> resize(TerminalSize size) {
        return fate.asMono()
                .flatMap(end ->
                        end.process() == null ? Mono.empty() : end.process().resize(size));
    }

    @Override
    public Mono<Void> release() {
        return Mono.defer(() -> {
            isReleased = true;
            released.tryEmitEmpty();
            RunningProcess running = process;
            return isRemoved && running != null ? running.release() : closeStreams();
        });
    }

    private ContainerStatus status() {
        ContainerStatus now = Objects.requireNonNull(status.get());
        return now == ContainerStatus.CREATING ? ContainerStatus.RUNNING : now;
    }

    private ByteBufFlux stream(Function<RunningProcess, ByteBufFlux> which) {
        Flux<ByteBuf> bytes = fate.asMono()
                .flatMapMany(end -> end.process() == null ? Flux.empty() : which.apply(end.process()))
                .takeUntilOther(released.asMono());
        return ByteBufFlux.fromInbound(bytes, ByteBufAllocator.DEFAULT);
    }

    private Publisher<? extends ByteBuf> untilReleased(Publisher<? extends ByteBuf> source) {
        return Flux.from(source).takeUntilOther(released.asMono());
    }

    private static Mono<Void> neverStarted() {
        return Mono.error(() -> new IllegalStateException("the container ended before its process was started"));
    }

    /**
     * Whoever reads or sends was ended by the release; a stream that nobody read is closed by reading none of it, and
     * an input that nobody sent to by sending nothing.
     */
    private Mono<Void> closeStreams() {
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
