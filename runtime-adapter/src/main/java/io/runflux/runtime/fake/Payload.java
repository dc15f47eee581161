// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.OciProcess;
import io.runflux.process.ProcessAlreadyExitedException;
import io.runflux.process.TerminalSize;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** A process of a container. It owns its program, which it ends with itself. */
final class Payload implements FakeProcess, Task {
    static final Signal PIPE = Signal.of(13);
    private static final Set<Signal> HARMLESS = Set.of(
            Signal.of(17),
            Signal.CONT,
            Signal.STOP,
            Signal.of(20),
            Signal.of(21),
            Signal.of(22),
            Signal.of(23),
            Signal.of(28));

    private final int pid;
    private final OciProcess process;
    private volatile List<String> arguments;
    private final Program program;
    private final Streams streams;
    private final @Nullable FakeTerminal terminal;
    private final Queue<Caught> caught = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isStarted = new AtomicBoolean();
    private final AtomicBoolean hasEnded = new AtomicBoolean();
    private final AtomicBoolean isReaped = new AtomicBoolean();
    private final Disposable.Swap running = Disposables.swap();
    private final Sinks.One<ExitStatus> exit = Sinks.one();

    /** Shares the streams, until it ends. */
    Payload(int pid, OciProcess process, Program program, Streams streams, @Nullable FakeTerminal terminal) {
        this.pid = pid;
        this.process = process;
        arguments = process.args();
        this.program = program;
        this.streams = streams;
        this.terminal = terminal;
        streams.share();
    }

    void start() {
        isStarted.set(true);
        running.update(Mono.defer(() -> program.run(this))
                .onErrorResume(BrokenPipeException.class, e -> Mono.just(ExitStatus.signaled(PIPE)))
                .onErrorResume(this::explain)
                .defaultIfEmpty(ExitStatus.exited(0))
                .subscribeOn(Schedulers.boundedElastic())
                .subscribe(this::end));
    }

    private Mono<ExitStatus> explain(Throwable error) {
        return stderr(arguments().get(0) + ": " + error + "\n")
                .onErrorComplete()
                .thenReturn(ExitStatus.exited(1));
    }

    /** Takes the command line of another program. */
    void become(List<String> words) {
        arguments = words;
    }

    boolean isReaped() {
        return isReaped.get();
    }

    /** Says whether nobody did before. */
    boolean reap() {
        return isReaped.compareAndSet(false, true);
    }

    boolean isStarted() {
        return isStarted.get();
    }

    boolean hasEnded() {
        return hasEnded.get();
    }

    void end(ExitStatus status) {
        if (hasEnded.compareAndSet(false, true)) {
            running.dispose();
            streams.endInput();
            streams.close();
            exit.tryEmitValue(status);
        }
    }

    @Override
    public Mono<ExitStatus> exit() {
        return exit.asMono();
    }

    @Override
    public void send(Signal signal) {
        if (hasEnded.get()) {
            throw new ProcessAlreadyExitedException("process " + pid);
        }
        List<Caught> catchers =
                caught.stream().filter(one -> one.signal().equals(signal)).toList();
        catchers.forEach(one -> one.sink().next(signal));
        if (catchers.isEmpty() && !HARMLESS.contains(signal)) {
            end(ExitStatus.signaled(signal));
        }
    }

    @Override
    public int pid() {
        return pid;
    }

    @Override
    public List<String> arguments() {
        return arguments;
    }

    @Override
    public Map<String, String> environment() {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String variable : process.env()) {
            String[] parts = variable.split("=", 2);
            variables.put(parts[0], parts.length == 1 ? "" : parts[1]);
        }
        return Map.copyOf(variables);
    }

    @Override
    public @Nullable TerminalSize terminal() {
        return terminal == null ? null : terminal.size();
    }

    @Override
    public Flux<byte[]> stdin() {
        return streams.input();
    }

    @Override
    public Mono<Void> stdout(byte[] bytes) {
        return streams.stdout().write(bytes);
    }

    @Override
    public Mono<Void> stderr(byte[] bytes) {
        return streams.stderr().write(bytes);
    }

    @Override
    public Flux<Signal> catching(Signal signal) {
        if (signal.equals(Signal.KILL) || signal.equals(Signal.STOP)) {
            throw new IllegalArgumentException(signal + " cannot be caught");
        }
        return Flux.create(
                sink -> {
                    Caught one = new Caught(signal, sink);
                    caught.add(one);
                    sink.onDispose(() -> caught.remove(one));
                },
                FluxSink.OverflowStrategy.LATEST);
    }

    private record Caught(Signal signal, FluxSink<Signal> sink) {}
}
