// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.netty.buffer.ByteBuf;
import io.runflux.events.ExitStatus;
import io.runflux.process.RunningProcess;
import io.runflux.process.WatchedProcess;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/**
 * The init of a container: the streams are those of the command that created it, which has ended and left them to init;
 * the end is that of init itself.
 */
final class CreatedProcess implements ContainerProcess {
    private final int pid;
    private final RunningProcess command;
    private final @Nullable WatchedProcess init;
    private final @Nullable StdinRelay stdin;

    /** Takes null for an init that had ended before it could be watched, and for an input that is not a pipe. */
    CreatedProcess(int pid, RunningProcess command, @Nullable WatchedProcess init, @Nullable StdinRelay stdin) {
        this.stdin = stdin;
        this.pid = pid;
        this.command = command;
        this.init = init;
    }

    @Override
    public int pid() {
        return pid;
    }

    @Override
    public ByteBufFlux stdout() {
        return command.stdout();
    }

    @Override
    public ByteBufFlux stderr() {
        return command.stderr();
    }

    @Override
    public Mono<Void> send(Publisher<? extends ByteBuf> source) {
        return stdin == null ? command.send(source) : stdin.send(source);
    }

    @Override
    public Mono<ExitStatus> exit() {
        return init == null ? Mono.just(ExitStatus.unknown()) : init.exit();
    }

    @Override
    public Mono<Void> drained() {
        return command.drained();
    }

    @Override
    public Mono<Void> release() {
        Mono<Void> unwatch = init == null ? Mono.empty() : init.release();
        return Mono.fromRunnable(this::endInput).then(Mono.whenDelayError(command.release(), unwatch));
    }

    private void endInput() {
        if (stdin != null) {
            stdin.dispose();
        }
    }
}
