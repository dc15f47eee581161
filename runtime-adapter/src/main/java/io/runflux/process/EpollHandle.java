// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * A descriptor on an event loop. All of it is confined to that loop, but for the constructor.
 *
 * <p>Interest is edge-triggered and never changed: switching it off with {@code NONE} cannot be undone in Netty 4.2.13
 * to 4.2.20, and switching it off otherwise spins on {@code EPOLLHUP}. So an event only sets a flag, and the subclass
 * acts when it has demand. The registration is cancelled before the descriptor is closed, and never after: a child that
 * is being cloned can keep the closed file in the epoll set.
 */
abstract class EpollHandle implements EpollIoHandle {
    static final int IN = 0x1;
    static final int OUT = 0x4;
    static final int ERR = 0x8;
    static final int HANGUP = 0x10;
    private static final int EDGE_TRIGGERED = 1 << 31;

    private static final Logger log = LoggerFactory.getLogger(EpollHandle.class);

    final IoEventLoop loop;
    private final FileDescriptor descriptor;
    private @Nullable IoRegistration registration;
    private boolean isClosed;

    EpollHandle(IoEventLoop loop, int descriptor) {
        this.loop = loop;
        this.descriptor = new FileDescriptor(descriptor);
    }

    /** Registers with the loop, on the loop. The first event follows if there already is something to do. */
    final void register(int interest) {
        Future<IoRegistration> future = loop.register(this);
        IoRegistration registered = future.getNow();
        if (registered == null) {
            throw new ProcessException("the event loop refused descriptor " + descriptor.intValue(), future.cause());
        }
        registration = registered;
        registered.submit(EpollIoOps.valueOf(interest | EDGE_TRIGGERED));
    }

    /** Handles events, a set of {@link #IN}, {@link #OUT}, {@link #ERR} and {@link #HANGUP}; they may be spurious. */
    abstract void ready(int events);

    /** The last word: the descriptor is closed, by ourselves or because the loop ends. */
    abstract void closed();

    /** Runs something on the loop, and completes afterwards, or fails as it does. */
    final Mono<Void> onLoop(Runnable action) {
        return Mono.create(sink -> execute(sink, () -> complete(sink, action)));
    }

    private static void complete(MonoSink<Void> sink, Runnable action) {
        try {
            action.run();
        } catch (Throwable e) {
            sink.error(e);
            return;
        }
        sink.success();
    }

    /** A loop that is shutting down may take a task and never run it. */
    private void execute(MonoSink<Void> sink, Runnable task) {
        if (loop.isShuttingDown()) {
            sink.error(new LoopEndedException(null));
            return;
        }
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            sink.error(new LoopEndedException(e));
        }
    }

    final boolean isClosed() {
        return isClosed;
    }

    @Override
    public final FileDescriptor fd() {
        return descriptor;
    }

    /** An exception that leaves this method would make the loop sleep for a second and lose the events of others. */
    @Override
    public final void handle(IoRegistration ignored, IoEvent event) {
        if (isClosed) {
            return;
        }
        try {
            ready(((EpollIoEvent) event).ops().value());
        } catch (Throwable e) {
            log.warn("{}: unexpected error, closing it", this, e);
            close();
        }
    }

    @Override
    public final void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        if (registration != null && !loop.isShutdown()) {
            registration.cancel();
        }
        try {
            descriptor.close();
        } catch (IOException e) {
            log.debug("{}: closing failed", this, e);
        }
        closed();
    }
}
