// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

import io.runflux.process.ConsoleSocket;
import io.runflux.process.ProcessException;
import io.runflux.process.Terminal;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A console socket that is a name only. */
final class FakeConsole implements ConsoleSocket {
    private final Path path;
    private final Consumer<FakeConsole> onReleased;
    private final AtomicBoolean isTaken = new AtomicBoolean();
    private final Sinks.One<Terminal> terminal = Sinks.one();

    FakeConsole(Path path, Consumer<FakeConsole> onReleased) {
        this.path = path;
        this.onReleased = onReleased;
    }

    /** Only the first counts. */
    void handOver(Terminal master) {
        terminal.tryEmitValue(master);
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public Mono<Terminal> terminal() {
        return Mono.defer(() -> isTaken.compareAndSet(false, true)
                ? terminal.asMono()
                : Mono.error(new IllegalStateException("the terminal was taken before")));
    }

    @Override
    public Mono<Void> release() {
        return Mono.fromRunnable(() -> terminal.tryEmitError(new ProcessException("the socket was released", null)))
                .then(Mono.defer(this::hangUp))
                .doFirst(() -> onReleased.accept(this));
    }

    private Mono<Void> hangUp() {
        boolean isUntaken = isTaken.compareAndSet(false, true);
        return isUntaken ? terminal.asMono().flatMap(Terminal::release).onErrorComplete() : Mono.empty();
    }
}
