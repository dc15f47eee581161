// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.netty.channel.IoEventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Tells when a loop that is in use has ended. Netty closes the handles of a loop that is shut down, but not if that
 * happens without a quiet period at the wrong moment ({@code SingleThreadIoEventLoop.run}, 4.2.17).
 */
final class LoopWatch {
    private final Consumer<IoEventLoop> onEnd;
    private final Map<IoEventLoop, GenericFutureListener<Future<Object>>> listeners = new ConcurrentHashMap<>();

    LoopWatch(Consumer<IoEventLoop> onEnd) {
        this.onEnd = onEnd;
    }

    void watch(IoEventLoop loop) {
        if (!listeners.containsKey(loop)) {
            listeners.computeIfAbsent(loop, this::listen);
        }
    }

    /** Loops are mostly shared, and must not keep hold of who used them. */
    void release() {
        listeners.forEach((loop, listener) -> terminationOf(loop).removeListener(listener));
    }

    private GenericFutureListener<Future<Object>> listen(IoEventLoop loop) {
        GenericFutureListener<Future<Object>> listener = ended -> onEnd.accept(loop);
        terminationOf(loop).addListener(listener);
        return listener;
    }

    @SuppressWarnings("unchecked")
    private static Future<Object> terminationOf(IoEventLoop loop) {
        return (Future<Object>) loop.terminationFuture();
    }
}
