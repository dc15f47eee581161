// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.events.ExecId;
import io.runflux.events.ExitStatus;
import io.runflux.events.RuntimeEvent;
import io.runflux.events.RuntimeEvent.Deleted;
import io.runflux.events.RuntimeEvent.ExecAdded;
import io.runflux.events.RuntimeEvent.ExecStarted;
import io.runflux.events.RuntimeEvent.Exited;
import io.runflux.events.Signal;
import io.runflux.oci.ConsoleSize;
import io.runflux.oci.OciProcess;
import io.runflux.process.ProcessAlreadyExitedException;
import io.runflux.process.TerminalSize;
import io.runflux.runtime.ContainerOperation;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.ExecOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A further process of a container, to its end. The runtime is not attached to it, since one that copies streams ends
 * only with those, and could not kill it. A start that is under way is let run to its end, since the runtime alone
 * knows the process, which is then killed.
 */
final class ContainerExec {
    private static final Logger log = LoggerFactory.getLogger(ContainerExec.class);

    private final ExecRequest request;
    private final TrackedContainer container;
    private final RunContext context;
    private final ContainerId id;
    private final ExecId execId;
    private final Clock clock = Clock.systemUTC();
    private final Mono<ContainerProcess> start = Mono.defer(this::startNow).cache();
    private final Mono<ExitStatus> exit =
            start.flatMap(ContainerProcess::exit).doOnNext(this::publishExited).cache();
    private final AtomicReference<@Nullable Exited> exited = new AtomicReference<>();
    private final Sinks.Empty<Void> exitSeen = Sinks.empty();
    private final AtomicBoolean startGate = new AtomicBoolean();
    private volatile @Nullable OciProcess whole;
    private volatile long startedNanos;
    private volatile int pid;

    ContainerExec(ExecRequest request, TrackedContainer container, RunContext context) {
        this.request = request;
        this.container = container;
        this.context = context;
        id = request.id();
        execId = request.execId();
    }

    Mono<ExecReport> run() {
        return Mono.usingWhen(
                Mono.just(this),
                ContainerExec::limited,
                ContainerExec::end,
                (exec, error) -> exec.end(),
                ContainerExec::end);
    }

    private Mono<ExecReport> limited() {
        Mono<ExecReport> work = container
                .require(ContainerOperation.EXEC)
                .then(Mono.defer(this::prepare))
                .then(Mono.defer(this::startOnce))
                .flatMap(this::toEnd);
        Duration timeout = request.timeout();
        return timeout == null
                ? work
                : work.timeout(timeout, Mono.error(() -> new RunTimeoutException(id, execId, timeout)));
    }

    /** What is not all said is completed by the configuration that the container was created by. */
    private Mono<Void> prepare() {
        ExecProcess asked = request.process();
        Mono<OciProcess> completed = asked instanceof ExecProcess.Whole all
                ? Mono.just(all.process())
                : container.configuration().map(spec -> asked.in(spec.process()));
        return completed.doOnNext(process -> whole = onTerminal(process)).then();
    }

    /** Empty when it is ending, and nobody listens. */
    private Mono<ContainerProcess> startOnce() {
        return startGate.compareAndSet(false, true) ? start : Mono.empty();
    }

    private Mono<ContainerProcess> startNow() {
        publish(new ExecAdded(id, execId));
        return context.runtime()
                .exec(id, Objects.requireNonNull(whole), options())
                .doOnNext(started -> {
                    startedNanos = System.nanoTime();
                    pid = started.pid();
                    publish(new ExecStarted(id, execId, pid));
                });
    }

    /** The process may ask for the size of its terminal before anybody could tell it from outside. */
    private OciProcess onTerminal(OciProcess process) {
        TerminalSize size = request.streams().stdio().terminal();
        return size == null
                ? process.withTerminal(false)
                : process.withTerminal(true).withConsoleSize(new ConsoleSize(size.rows(), size.columns(), Map.of()));
    }

    private ExecOptions options() {
        return ExecOptions.defaults()
                .withDetached(true)
                .withStdio(request.streams().stdio());
    }

    private Mono<ExecReport> toEnd(ContainerProcess process) {
        return Mono.zip(relay(process), exit, this::toReport);
    }

    private Mono<Boolean> relay(ContainerProcess process) {
        Mono<Long> deadline = exitSeen.asMono().then(Mono.delay(request.drainTimeout()));
        return Mono.when(request.streams().relay(process), process.drained())
                .thenReturn(true)
                .timeout(deadline, Mono.just(false));
    }

    private ExecReport toReport(boolean isDrained, ExitStatus status) {
        Duration duration = Objects.requireNonNull(exited.get()).duration();
        return new ExecReport(id, execId, status, isDrained, duration == null ? Duration.ZERO : duration);
    }

    /** Kills it if it still runs, lets go of it, and says that it is gone. */
    private Mono<Void> end() {
        return Mono.defer(() -> startGate.compareAndSet(false, true)
                ? Mono.empty()
                : start.onErrorComplete().flatMap(this::release).then(Mono.fromRunnable(this::publishDeleted)));
    }

    private Mono<Void> release(ContainerProcess process) {
        return ensureEnded(process)
                .doOnError(e -> log.warn("{}: process {} did not end", id, process.pid(), e))
                .onErrorComplete()
                .then(Mono.fromRunnable(() -> publishExited(ExitStatus.unknown())))
                .then(process.release());
    }

    /** The limit is for the signal, too: what a process does by itself passes no guard. */
    private Mono<Void> ensureEnded(ContainerProcess process) {
        return exited.get() != null
                ? Mono.empty()
                : process.signal(Signal.KILL)
                        .onErrorComplete(ProcessAlreadyExitedException.class)
                        .then(exit)
                        .timeout(context.endLimit())
                        .then();
    }

    private void publishExited(ExitStatus status) {
        Duration duration = Duration.ofNanos(System.nanoTime() - startedNanos);
        Exited event = new Exited(id, execId, pid, status, clock.instant(), duration);
        if (exited.compareAndSet(null, event)) {
            publish(event);
            exitSeen.tryEmitEmpty();
        }
    }

    private void publishDeleted() {
        Exited end = exited.get();
        publish(
                end == null
                        ? new Deleted(id, execId, ExitStatus.unknown(), null)
                        : new Deleted(id, execId, end.exitStatus(), end.exitedAt()));
    }

    private void publish(RuntimeEvent event) {
        container.events().publish(event, "exec " + id);
    }
}
