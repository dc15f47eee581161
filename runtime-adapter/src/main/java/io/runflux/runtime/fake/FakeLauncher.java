// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.process.ConsoleSocket;
import io.runflux.process.ProcessAlreadyExitedException;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import io.runflux.process.ProcessStartException;
import io.runflux.process.ProcessStartException.Reason;
import io.runflux.process.RunningProcess;
import io.runflux.process.WatchedProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

/** Launches nothing: it interprets the command lines of one program, and keeps the processes of its containers. */
final class FakeLauncher implements ProcessLauncher {
    /** Above what the kernel gives out (2^22), so that no process of the host is meant by mistake. */
    private static final int FIRST_PID = 10_000_000;

    /** How many processes later one that has ended is forgotten, though nobody has watched it. */
    private static final int MAX_UNSEEN = 1000;

    private final Path directory;
    private final Path program;
    private final Function<FakeCommand, Mono<ExitStatus>> interpreter;
    private final AtomicInteger numbers = new AtomicInteger(FIRST_PID);
    private final Map<Integer, FakeCommand> commands = new ConcurrentHashMap<>();
    private final Map<Integer, Payload> payloads = new ConcurrentHashMap<>();
    private final Map<Path, FakeConsole> consoles = new ConcurrentHashMap<>();
    private final AtomicBoolean isDisposed = new AtomicBoolean();

    FakeLauncher(Path directory, Path program, Function<FakeLauncher, FakeRunc> runc) {
        this.directory = directory;
        this.program = program;
        interpreter = runc.apply(this)::execute;
    }

    int running() {
        return (int) commands.values().stream()
                .filter(command -> !command.hasEnded())
                .count();
    }

    /** Adds a process of a container, and forgets those that ended long ago, or were seen to. */
    Payload add(Function<Integer, Payload> maker) {
        int pid = numbers.incrementAndGet();
        payloads.values().removeIf(one -> one.hasEnded() && (one.isReaped() || one.pid() < pid - MAX_UNSEEN));
        Payload payload = maker.apply(pid);
        payloads.put(payload.pid(), payload);
        return payload;
    }

    /** Returns who listens there, or null for nobody. */
    @Nullable
    FakeConsole console(Path path) {
        return consoles.get(path);
    }

    @Override
    public Mono<RunningProcess> launch(ProcessSpec spec) {
        return Mono.create(sink -> Schedulers.boundedElastic().schedule(() -> launch(spec, sink)));
    }

    /** It begins when it is handed over, so that whoever sends at once is not too late. */
    private void launch(ProcessSpec spec, MonoSink<RunningProcess> sink) {
        try {
            check(spec);
            FakeCommand command = new FakeCommand(numbers.incrementAndGet(), spec);
            commands.values().removeIf(FakeCommand::hasEnded);
            commands.put(command.pid(), command);
            sink.onCancel(() -> command.end(ExitStatus.signaled(Signal.KILL)));
            sink.success(command);
            command.begin(interpreter.apply(command));
        } catch (ProcessStartException e) {
            sink.error(e);
        }
    }

    private void check(ProcessSpec spec) {
        if (isDisposed.get()) {
            throw new ProcessStartException(Reason.DISPOSED, "the launcher was disposed of", null);
        }
        if (!spec.program().equals(program.toString())) {
            throw new ProcessStartException(
                    Reason.PROGRAM_NOT_FOUND, "the fake knows " + program + " only, not " + spec.program(), null);
        }
        if (spec.terminal() != null) {
            throw new ProcessStartException(Reason.NOT_SUPPORTED, "the fake runs no command in a terminal", null);
        }
    }

    @Override
    public Mono<WatchedProcess> watch(int pid) {
        return Mono.defer(() -> {
            Task ended = reap(pid);
            Task task = ended == null ? find(pid) : ended;
            return task == null
                    ? Mono.error(new ProcessAlreadyExitedException("process " + pid))
                    : Mono.just(new FakeWatch(task));
        });
    }

    /** As of a child, the end of a process can be seen once after it. */
    private @Nullable Task reap(int pid) {
        Payload payload = payloads.get(pid);
        return payload != null && payload.hasEnded() && payload.reap() ? payload : null;
    }

    private @Nullable Task find(int pid) {
        Payload payload = payloads.get(pid);
        if (payload != null) {
            return payload.hasEnded() ? null : payload;
        }
        FakeCommand command = commands.get(pid);
        return command == null || command.hasEnded() ? null : command;
    }

    @Override
    public Mono<List<String>> commandLine(int pid) {
        return Mono.fromSupplier(() -> find(pid)).map(Task::arguments);
    }

    @Override
    public Mono<ConsoleSocket> listenForTerminal() {
        return Mono.fromSupplier(() -> {
            Path path = directory.resolve("console-" + numbers.incrementAndGet());
            FakeConsole console = new FakeConsole(path, released -> consoles.remove(path));
            consoles.put(path, console);
            return console;
        });
    }

    @Override
    public boolean isNative() {
        return false;
    }

    /** Kills at once: nothing here needs to be asked. */
    @Override
    public Mono<Void> disposeLater(Duration grace) {
        return Mono.fromRunnable(() -> {
                    isDisposed.set(true);
                    payloads.values().forEach(payload -> payload.end(ExitStatus.signaled(Signal.KILL)));
                })
                .then(Mono.defer(() -> Mono.when(
                        commands.values().stream().map(FakeCommand::release).toList())));
    }
}
