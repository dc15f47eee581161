// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.netty.buffer.ByteBuf;
import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.process.TerminalSize;
import io.runflux.runtime.ContainerProcess;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.Sinks.EmitFailureHandler;

/** All who are attached to one container, from before its start to the end of its output. None of them slows it. */
final class Attachments {
    /** How many may be attached at once. */
    static final int MAX = 64;

    private static final EmitFailureHandler IN_TURN = EmitFailureHandler.busyLooping(Duration.ofSeconds(1));

    private final ContainerId id;
    private final boolean takesInput;
    private final Mono<ExitStatus> exit;
    private final Set<Attachment> attached = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    /** Those that wait to be read from, as many as are attached at most; there is no reader before the start. */
    private final Queue<Flux<ByteBuf>> waiting = new ConcurrentLinkedQueue<>();

    private final Sinks.Many<Flux<ByteBuf>> inputs = Sinks.many().unicast().onBackpressureBuffer(waiting);
    private final Sinks.Empty<Void> ended = Sinks.empty();
    private volatile @Nullable ContainerProcess process;
    private volatile boolean isOver;

    Attachments(ContainerId id, boolean takesInput, Mono<ExitStatus> exit) {
        this.id = id;
        this.takesInput = takesInput;
        this.exit = exit;
    }

    ContainerId id() {
        return id;
    }

    int count() {
        return attached.size();
    }

    int waitingInputs() {
        return waiting.size();
    }

    /** Attaches one more, until it is let go of. */
    Attachment attach() {
        if (count.incrementAndGet() > MAX) {
            count.decrementAndGet();
            throw new IllegalStateException(MAX + " are attached to container " + id + " already");
        }
        Attachment attachment = new Attachment(this);
        attached.add(attachment);
        if (isOver) {
            attachment.end();
        }
        return attachment;
    }

    void detach(Attachment attachment) {
        if (attached.remove(attachment)) {
            count.decrementAndGet();
            attachment.end();
        }
    }

    /** Has it have the size of its terminal, and signals, from those who are attached already. */
    void hold(ContainerProcess created) {
        process = created;
    }

    /** Has those who are attached take part in the streams of the container, of which there is one. */
    ContainerProcess share(ContainerProcess held) {
        hold(held);
        return new SharedProcess(held, this);
    }

    void output(ByteBuf bytes) {
        attached.forEach(attachment -> attachment.output(bytes));
    }

    void errors(ByteBuf bytes) {
        attached.forEach(attachment -> attachment.errors(bytes));
    }

    /**
     * What all of them send, in the order in which it comes, for one reader. Each is asked for one buffer at a time.
     */
    Flux<ByteBuf> input() {
        return inputs.asFlux().flatMap(input -> input, MAX, 1);
    }

    /** Takes input until it ends, or the output of the container does. */
    Mono<Void> send(Flux<ByteBuf> input) {
        if (!takesInput) {
            return Mono.error(
                    () -> new IllegalStateException("container " + id + " takes no input of those who are attached"));
        }
        Sinks.Empty<Void> done = Sinks.empty();
        Sinks.Empty<Void> left = Sinks.empty();
        Flux<ByteBuf> passed = input.doOnError(done::tryEmitError)
                .doOnComplete(done::tryEmitEmpty)
                .onErrorComplete()
                .takeUntilOther(left.asMono());
        return Mono.defer(() -> {
            inputs.emitNext(passed, IN_TURN);
            return Mono.firstWithSignal(done.asMono(), ended.asMono()).doOnCancel(() -> {
                left.tryEmitEmpty();
                waiting.remove(passed);
            });
        });
    }

    Mono<Void> resize(TerminalSize size) {
        ContainerProcess held = process;
        return held == null ? Mono.empty() : held.resize(size);
    }

    @Nullable
    ContainerProcess process() {
        return process;
    }

    Mono<ExitStatus> exit() {
        return exit;
    }

    /** Completes when there is no more output. */
    Mono<Void> ended() {
        return ended.asMono();
    }

    boolean isOver() {
        return isOver;
    }

    /** Tells all that there is no more output. */
    void end() {
        isOver = true;
        attached.forEach(Attachment::end);
        ended.tryEmitEmpty();
    }
}
