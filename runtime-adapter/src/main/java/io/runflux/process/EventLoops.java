// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.NonBlocking;
import reactor.netty.resources.LoopResources;

/**
 * The event loops that watch. They are Reactor Netty's where those are epoll loops, so that a service gains none; an
 * own one where they are not (io_uring, NIO).
 */
final class EventLoops {
    private final EventLoopGroup group;
    private final boolean isOwn;

    private EventLoops(EventLoopGroup group, boolean isOwn) {
        this.group = group;
        this.isOwn = isOwn;
    }

    static EventLoops of(LoopResources resources) {
        EventLoops shared = ifEpoll(resources);
        return shared == null ? own() : shared;
    }

    /** Returns null if the loops are of another kind. */
    static @Nullable EventLoops ifEpoll(LoopResources resources) {
        EventLoopGroup shared = resources.onServer(true);
        return isEpoll(shared.next()) ? new EventLoops(shared, false) : null;
    }

    static EventLoops own() {
        return new EventLoops(new MultiThreadIoEventLoopGroup(1, LoopThread::new, EpollIoHandler.newFactory()), true);
    }

    private static boolean isEpoll(EventLoop loop) {
        return loop instanceof IoEventLoop io && io.isCompatible(EpollIoHandle.class);
    }

    IoEventLoop next() {
        return (IoEventLoop) group.next();
    }

    /** The loop that calls this, or the next one if none of them does. */
    IoEventLoop nearest() {
        for (EventExecutor loop : group) {
            if (loop.inEventLoop()) {
                return (IoEventLoop) loop;
            }
        }
        return next();
    }

    /** Ends the loop if it is our own. */
    Mono<Void> disposeLater() {
        return isOwn
                ? Mono.create(
                        sink -> group.shutdownGracefully(0, 5, TimeUnit.SECONDS).addListener(ended -> sink.success()))
                : Mono.empty();
    }

    /** A thread on which Reactor refuses to block. */
    private static final class LoopThread extends FastThreadLocalThread implements NonBlocking {
        LoopThread(Runnable target) {
            super(target, "runflux-epoll");
            setDaemon(true);
        }
    }
}
