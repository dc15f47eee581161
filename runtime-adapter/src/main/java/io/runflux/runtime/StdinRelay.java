// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.netty.buffer.ByteBuf;
import io.runflux.process.RunningProcess;
import io.runflux.process.Stdio;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Keeps the standard input of a container open after the command that created it has ended: a launcher closes the input
 * of a process that exits while nobody sends, so something is sent from the beginning, and has nothing to say until the
 * owner sends. It owns that sending, and ends it when it is disposed of.
 */
final class StdinRelay implements Disposable {
    private final Sinks.One<Publisher<? extends ByteBuf>> source = Sinks.one();
    private final Sinks.Empty<Void> sent = Sinks.empty();
    private final Disposable sending;

    /** Returns null for an input that is not a pipe. */
    static @Nullable StdinRelay of(RunningProcess command, ContainerStdio stdio) {
        return stdio.stdin() == Stdio.pipe() ? new StdinRelay(command::send) : null;
    }

    /** The command may close its input while the relay is disposed of, so the subscriber itself gets no error. */
    StdinRelay(Function<Publisher<ByteBuf>, Mono<Void>> command) {
        sending = command.apply(source.asMono().flatMapMany(publisher -> publisher))
                .doOnSuccess(nothing -> sent.tryEmitEmpty())
                .doOnError(sent::tryEmitError)
                .onErrorComplete()
                .subscribe();
    }

    Mono<Void> send(Publisher<? extends ByteBuf> publisher) {
        return Mono.defer(() -> source.tryEmitValue(publisher).isSuccess()
                ? sent.asMono().doOnCancel(this::dispose)
                : Mono.error(new IllegalStateException("standard input of the container was sent to before")));
    }

    @Override
    public void dispose() {
        sending.dispose();
        sent.tryEmitEmpty();
    }

    @Override
    public boolean isDisposed() {
        return sending.isDisposed();
    }
}
