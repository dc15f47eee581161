// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

import io.runflux.events.ContainerId;
import io.runflux.events.Signal;
import io.runflux.oci.OciProcess;
import io.runflux.process.ProcessAlreadyExitedException;
import io.runflux.process.Stdio;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.ContainerStdio;
import io.runflux.runtime.ExecOptions;
import io.runflux.runtime.OciRuntime;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Starts processes in a container. They are not attached to: a runtime that copies streams ends only with those. */
final class ContainerHost implements ProcessHost {
    private static final Logger log = LoggerFactory.getLogger(ContainerHost.class);
    /** What is killed and does not end, in a frozen control group for one, is let go of. */
    private static final Duration MAX_END = Duration.ofSeconds(10);

    private final OciRuntime runtime;
    private final ContainerId id;

    ContainerHost(OciRuntime runtime, ContainerId id) {
        this.runtime = runtime;
        this.id = id;
    }

    /** A start that is cancelled goes on, since the runtime alone knows the process, which is then ended. */
    @Override
    public Mono<HostedProcess> start(OciProcess process, Pipes pipes) {
        return Mono.usingWhen(
                Mono.fromSupplier(() -> exec(process, pipes).map(this::host).cache()),
                start -> start,
                start -> Mono.empty(),
                (start, error) -> Mono.empty(),
                start -> start.flatMap(HostedProcess::release).onErrorComplete());
    }

    private Mono<ContainerProcess> exec(OciProcess process, Pipes pipes) {
        if (process.args().isEmpty()) {
            throw new IllegalArgumentException("process.args must have a command, was empty");
        }
        ExecOptions options = ExecOptions.defaults().withDetached(true).withStdio(stdio(process, pipes));
        return runtime.exec(id, sized(process), options);
    }

    /** The process may ask for the size of its terminal before anybody could tell it from outside. */
    private static OciProcess sized(OciProcess process) {
        return process.terminal() ? process.withConsoleSize(Terminals.consoleSize(process)) : process;
    }

    private static ContainerStdio stdio(OciProcess process, Pipes pipes) {
        return process.terminal()
                ? ContainerStdio.terminal(Terminals.size(process))
                : new ContainerStdio(stdio(pipes.stdin()), stdio(pipes.stdout()), stdio(pipes.stderr()));
    }

    private static Stdio stdio(boolean isWanted) {
        return isWanted ? Stdio.pipe() : Stdio.nullDevice();
    }

    private HostedProcess host(ContainerProcess process) {
        return new HostedContainerProcess(process, end(process));
    }

    private Mono<Void> end(ContainerProcess process) {
        return Mono.firstWithSignal(process.exit().thenReturn(true), Mono.just(false))
                .filter(hasEnded -> !hasEnded)
                .flatMap(running -> kill(process).then(process.exit().then()).timeout(MAX_END))
                .doOnError(error -> log.warn("process {} of container {} did not end", process.pid(), id, error))
                .onErrorComplete();
    }

    private static Mono<Void> kill(ContainerProcess process) {
        return process.signal(Signal.KILL).onErrorComplete(ProcessAlreadyExitedException.class);
    }
}
