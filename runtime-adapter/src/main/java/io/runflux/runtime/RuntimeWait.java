// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ExitStatus;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One command that waits for the end of a container's init, for any number of subscribers. It should be under way
 * before the end, since the runtime forgets the status with its sandbox, and so it begins with the start of the
 * container; where it comes too late, the end of the sandbox tells. It owns that command, and ends it when it is
 * disposed of.
 */
final class RuntimeWait implements Disposable {
    private final Mono<ExitStatus> command;
    private final Mono<ExitStatus> sandboxEnd;
    private final Sinks.One<ExitStatus> status = Sinks.one();
    private final AtomicBoolean isBegun = new AtomicBoolean();
    private final Disposable.Swap waiting = Disposables.swap();

    /**
     * Creates a wait.
     *
     * @param command yields the status; it is called once
     * @param sandboxEnd how the sandbox ends, which is the end of an init that was never started
     */
    RuntimeWait(Mono<ExitStatus> command, Mono<ExitStatus> sandboxEnd) {
        this.command = command;
        this.sandboxEnd = sandboxEnd;
    }

    /** Calls the command, unless that was done before. */
    void begin() {
        if (isBegun.compareAndSet(false, true)) {
            waiting.update(command.onErrorResume(error -> sandboxEnd.map(RuntimeWait::toPayloadStatus))
                    .subscribe(status::tryEmitValue));
        }
    }

    /** A sandbox ends with the status of its payload, as a shell has it. */
    static ExitStatus toPayloadStatus(ExitStatus sandbox) {
        return sandbox instanceof ExitStatus.Exited ? ExitStatus.fromShellCode(sandbox.code()) : sandbox;
    }

    /** The command looks for the end once a second only, so the end of the sandbox, if it tells, may come first. */
    Mono<ExitStatus> exit() {
        return Mono.firstWithSignal(status.asMono(), sandboxEnd.flatMap(this::statusOf));
    }

    private Mono<ExitStatus> statusOf(ExitStatus sandbox) {
        boolean mayBeKnownLater = sandbox instanceof ExitStatus.Unknown && isBegun.get();
        return mayBeKnownLater ? status.asMono() : Mono.just(toPayloadStatus(sandbox));
    }

    @Override
    public void dispose() {
        waiting.dispose();
        status.tryEmitValue(ExitStatus.unknown());
    }

    @Override
    public boolean isDisposed() {
        return waiting.isDisposed();
    }
}
