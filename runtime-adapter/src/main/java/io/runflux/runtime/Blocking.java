// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

/**
 * Works with files on the bounded elastic scheduler. Such work is short and is never interrupted: cancelling only drops
 * its outcome, so that no file is left half written.
 *
 * <p>Work that directly follows other work of the same {@link #chain} stays on its thread: to wake another one takes
 * longer than most of it. What somebody else begins there is another chain, and waits for nothing of this one.
 */
final class Blocking {
    private static final ThreadLocal<@Nullable Chain> current = new ThreadLocal<>();

    private Blocking() {}

    static <T> Mono<T> call(Callable<? extends T> work) {
        return Mono.create(sink -> schedule(sink, work));
    }

    static Mono<Void> run(IoRunnable work) {
        return call(() -> {
            work.run();
            return null;
        });
    }

    /** Makes one chain of all the work of an operation, unless it is part of a larger one. */
    static <T> Mono<T> chain(Mono<T> operation) {
        return operation.contextWrite(
                context -> context.hasKey(Chain.class) ? context : context.put(Chain.class, new Chain()));
    }

    /** Makes somebody else's work no part of the chain that it is asked for in. */
    static <T> Mono<T> unchained(Mono<T> work) {
        return work.contextWrite(context -> context.delete(Chain.class));
    }

    private static <T> void schedule(MonoSink<T> sink, Callable<? extends T> work) {
        Chain chain = sink.contextView().getOrDefault(Chain.class, null);
        if (chain != null && chain == current.get()) {
            complete(sink, work);
        } else {
            Disposable unused = Schedulers.boundedElastic().schedule(() -> complete(sink, work, chain));
        }
    }

    private static <T> void complete(MonoSink<T> sink, Callable<? extends T> work, @Nullable Chain chain) {
        current.set(chain);
        try {
            complete(sink, work);
        } finally {
            current.remove();
        }
    }

    private static <T> void complete(MonoSink<T> sink, Callable<? extends T> work) {
        try {
            sink.success(work.call());
        } catch (IOException e) {
            sink.error(new UncheckedIOException(e));
        } catch (Throwable e) {
            sink.error(e);
        }
    }

    /** Has no more than its identity. */
    private static final class Chain {}

    /** Work with files. */
    @FunctionalInterface
    interface IoRunnable {
        void run() throws IOException;
    }
}
