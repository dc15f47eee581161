// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.process.TerminalSize;
import io.runflux.runtime.ContainerProcess;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.Sinks.EmitFailureHandler;
import reactor.core.publisher.Sinks.EmitResult;
import reactor.netty.ByteBufFlux;
import reactor.util.concurrent.Queues;

/**
 * A container's process as one sees it who is attached: its output from now on, copied, so that what waits for this one
 * is a matter of this one alone.
 */
final class Attachment implements ContainerProcess {
    /** How many bytes may wait for it, of both outputs together. */
    static final long MAX_WAITING_BYTES = 1L << 20;

    private static final int MAX_WAITING_BUFFERS = 4096;
    private static final EmitFailureHandler IN_TURN = EmitFailureHandler.busyLooping(Duration.ofSeconds(1));

    private final Attachments all;
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicBoolean isEnded = new AtomicBoolean();
    private final Sinks.Many<ByteBuf> output = newSink();
    private final Sinks.Many<ByteBuf> errors = newSink();

    Attachment(Attachments all) {
        this.all = all;
    }

    private static Sinks.Many<ByteBuf> newSink() {
        return Sinks.many()
                .unicast()
                .onBackpressureBuffer(Queues.<ByteBuf>get(MAX_WAITING_BUFFERS).get());
    }

    void output(ByteBuf bytes) {
        add(output, bytes);
    }

    void errors(ByteBuf bytes) {
        add(errors, bytes);
    }

    /**
     * The bytes of the container's pipe may be a small part of a large buffer, and so are copied: on the heap, where
     * nobody has to free them. A full queue that nobody has read yet says that it has no subscriber.
     */
    private void add(Sinks.Many<ByteBuf> target, ByteBuf bytes) {
        int size = bytes.readableBytes();
        boolean isFull = waiting.addAndGet(size) > MAX_WAITING_BYTES;
        EmitResult result = isFull ? EmitResult.FAIL_OVERFLOW : target.tryEmitNext(Unpooled.copiedBuffer(bytes));
        if (result == EmitResult.FAIL_OVERFLOW || result == EmitResult.FAIL_ZERO_SUBSCRIBER) {
            cutOff();
        } else if (result.isFailure()) {
            waiting.addAndGet(-size);
        }
    }

    private void cutOff() {
        if (isEnded.compareAndSet(false, true)) {
            AttachmentTooSlowException error = new AttachmentTooSlowException(all.id(), MAX_WAITING_BYTES);
            output.emitError(error, IN_TURN);
            errors.emitError(error, IN_TURN);
            all.detach(this);
        }
    }

    /** There is no more output. */
    void end() {
        if (isEnded.compareAndSet(false, true)) {
            output.emitComplete(IN_TURN);
            errors.emitComplete(IN_TURN);
        }
    }

    @Override
    public int pid() {
        ContainerProcess process = all.process();
        return process == null ? 0 : process.pid();
    }

    @Override
    public ByteBufFlux stdout() {
        return read(output);
    }

    @Override
    public ByteBufFlux stderr() {
        return read(errors);
    }

    private ByteBufFlux read(Sinks.Many<ByteBuf> source) {
        return ByteBufFlux.fromInbound(source.asFlux().doOnNext(bytes -> waiting.addAndGet(-bytes.readableBytes())));
    }

    /** Ends with its source, which is not the end of the container's input. */
    @Override
    public Mono<Void> send(Publisher<? extends ByteBuf> source) {
        return all.send(Flux.from(source));
    }

    @Override
    public Mono<ExitStatus> exit() {
        return all.exit();
    }

    /** Whether the output has ended tells whether the work with it did so because of that. */
    Mono<ExitStatus> exitIfOver() {
        return all.isOver() ? all.exit() : Mono.empty();
    }

    @Override
    public Mono<Void> drained() {
        return all.ended();
    }

    @Override
    public Mono<Void> signal(Signal signal) {
        return Mono.defer(() -> {
            ContainerProcess process = all.process();
            return process == null
                    ? Mono.error(new IllegalStateException("container " + all.id() + " is not started"))
                    : process.signal(signal);
        });
    }

    @Override
    public Mono<Void> resize(TerminalSize size) {
        return Mono.defer(() -> all.resize(size));
    }

    /** Leaves the container alone. */
    @Override
    public Mono<Void> release() {
        return Mono.fromRunnable(() -> all.detach(this));
    }
}
