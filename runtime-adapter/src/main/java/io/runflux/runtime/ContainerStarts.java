// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.process.ConsoleSocket;
import io.runflux.process.PidfdSocket;
import io.runflux.process.ProcessAlreadyExitedException;
import io.runflux.process.ProcessException;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.RunningProcess;
import io.runflux.process.Terminal;
import io.runflux.process.WatchedProcess;
import io.runflux.runtime.ContainerStart.Mode;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Starts processes in containers and hands them over with their streams, their end and their record. What was opened on
 * the way is closed on every ending but success, by the scope that opened it.
 */
final class ContainerStarts {
    /** The terminal is sent before the command ends, and may be read a moment after. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(5);

    private static final Duration MAX_CREATION = Duration.ofSeconds(2);
    private static final Duration PID_INTERVAL = Duration.ofMillis(10);
    private static final Duration TERMINAL_AFTER_EXIT = Duration.ofSeconds(1);
    /** What is killed and does not end, in a frozen control group for one, is let go of. */
    private static final Duration MAX_END = Duration.ofSeconds(10);

    private final RuntimeCommands commands;
    private final CommandRunner runner;
    private final ProcessLauncher launcher;
    private final ProcessRecords records;
    private final ProcessSignals.Killer killer;

    ContainerStarts(
            RuntimeCommands commands, ProcessLauncher launcher, ProcessRecords records, ProcessSignals.Killer killer) {
        this.commands = commands;
        this.runner = commands.runner();
        this.launcher = launcher;
        this.records = records;
        this.killer = killer;
    }

    Mono<ContainerProcess> start(ContainerStart start) {
        return Invocation.useUnlessSuccessful(commands.config(), invocation -> writeProcess(start, invocation)
                        .then(withConsole(start, invocation)))
                .transform(Operation.named(start.subject()));
    }

    private static Mono<Void> writeProcess(ContainerStart start, Invocation invocation) {
        return start.process() == null
                ? Mono.empty()
                : invocation.write(invocation.processFile(), Objects.requireNonNull(start.process()));
    }

    private Mono<ContainerProcess> withConsole(ContainerStart start, Invocation invocation) {
        return start.stdio().terminal() == null
                ? withPidfd(start, new Opened(invocation, null, null))
                : Mono.usingWhen(
                        launcher.listenForTerminal().onErrorMap(ProcessException.class, ContainerStarts::noTerminals),
                        console -> withPidfd(start, new Opened(invocation, console, null)),
                        console -> Mono.empty(),
                        (console, error) -> console.release(),
                        ConsoleSocket::release);
    }

    private static RuntimeUnavailableException noTerminals(ProcessException error) {
        return new RuntimeUnavailableException("no terminal can be received: " + error.getMessage(), error);
    }

    /**
     * What is not attached is watched from outside, and then a pidfd beats its number, where the runtime tells of one.
     */
    private Mono<ContainerProcess> withPidfd(ContainerStart start, Opened opened) {
        if (!start.takesPidfd() || start.mode() == Mode.ATTACHED || !launcher.isNative()) {
            return launch(start, opened);
        }
        return commands.profile()
                .map(profile -> profile.features().contains(RuntimeFeature.PIDFD_SOCKET))
                .onErrorReturn(false)
                .flatMap(isOffered -> isOffered
                        ? Mono.usingWhen(
                                launcher.listenForProcess(),
                                socket -> launch(start, opened.with(socket)),
                                socket -> Mono.empty(),
                                (socket, error) -> socket.release(),
                                PidfdSocket::release)
                        : launch(start, opened));
    }

    private Mono<ContainerProcess> launch(ContainerStart start, Opened opened) {
        List<String> arguments = start.arguments().apply(opened.invocation(), opened.exchange());
        return commands.toCall(opened.invocation(), start.subject(), start.commandPrefix(), arguments)
                .flatMap(call -> launch(start, opened, call));
    }

    /**
     * A cancellation lets the command be started, since only then is it known what it may have begun. Whenever it
     * comes, the directory that tells the pid of what was executed is closed after that.
     */
    private Mono<ContainerProcess> launch(ContainerStart start, Opened opened, Call call) {
        Invocation invocation = opened.invocation();
        Mono<RunningProcess> started =
                runner.start(start.toSpec(call.command())).cache();
        Mono<Void> abandoned =
                started.flatMap(command -> abandon(start, invocation, command)).cache();
        return Mono.usingWhen(
                started.doFirst(() -> invocation.useLast(abandoned)),
                command -> start.mode() == Mode.ATTACHED
                        ? attach(start, opened, call, command)
                        : awaitStarted(start, opened, call, command),
                command -> Mono.empty(),
                (command, error) -> abandoned,
                command -> abandoned);
    }

    private Mono<Void> abandon(ContainerStart start, Invocation invocation, RunningProcess command) {
        return start.isInit()
                ? command.release()
                : endExecuted(start, invocation, command).then(command.release());
    }

    /** Completes at the command's exit: its streams go on, they are the container's. */
    private Mono<ContainerProcess> awaitStarted(
            ContainerStart start, Opened opened, Call call, RunningProcess command) {
        StdinRelay stdin = StdinRelay.of(command, start.stdio());
        return commands.limited(runner.await(command), call)
                .flatMap(status -> status.isSuccess()
                        ? handOver(start, opened, command, stdin)
                        : StderrTail.read(command).flatMap(stderr -> call.failure(status, stderr)));
    }

    private Mono<ContainerProcess> handOver(
            ContainerStart start, Opened opened, RunningProcess command, @Nullable StdinRelay stdin) {
        return pids(opened.invocation()).flatMap(pids -> closeEarly(start, opened.invocation())
                .then(streams(
                        start,
                        opened,
                        command,
                        stdin,
                        streams -> watch(opened, pids, init -> watched(start, pids, streams, init))))
                .onErrorResume(error -> undo(start, pids).then(Mono.error(error))));
    }

    /**
     * The directory of a creation has told the pid and is done with, and its process waits. One that runs already may
     * end before it is watched, and what was executed is found there if it must end.
     */
    private static Mono<Void> closeEarly(ContainerStart start, Invocation invocation) {
        return start.mode() == Mode.CREATED ? invocation.close() : Mono.empty();
    }

    /** What nobody was handed would run on. */
    private Mono<Void> undo(ContainerStart start, Pids pids) {
        return start.isInit()
                ? deleteOurs(start, pids.host())
                : killer.kill(start.id(), Signal.KILL, KillOptions.process(pids.inner()))
                        .onErrorComplete();
    }

    private Mono<Pids> pids(Invocation invocation) {
        Mono<Integer> read = Invocation.readPid(invocation.pidFile())
                .switchIfEmpty(Mono.error(() -> new CommandFailedException("the runtime left no pid", null, null)));
        return commands.dialect().hasHostPids()
                ? read.map(pid -> new Pids(pid, pid))
                : read.flatMap(host -> Invocation.readPid(invocation.innerPidFile())
                        .defaultIfEmpty(1)
                        .map(inner -> new Pids(host, inner)));
    }

    private Mono<ContainerProcess> streams(
            ContainerStart start,
            Opened opened,
            RunningProcess command,
            @Nullable StdinRelay stdin,
            Function<ProcessStreams, Mono<ContainerProcess>> work) {
        return opened.console() == null
                ? work.apply(ProcessStreams.of(command, stdin))
                : withTerminal(
                        start,
                        opened.console().terminal().timeout(MAX_WAIT, noTerminal()),
                        terminal -> work.apply(ProcessStreams.ofTerminal(command, terminal)));
    }

    private static Mono<Terminal> noTerminal() {
        return Mono.error(() -> new CommandFailedException("the runtime sent no terminal", null, null));
    }

    private static Mono<ContainerProcess> withTerminal(
            ContainerStart start, Mono<Terminal> received, Function<Terminal, Mono<ContainerProcess>> work) {
        return Mono.usingWhen(
                received,
                terminal -> terminal.resize(Objects.requireNonNull(start.stdio().terminal()))
                        .then(work.apply(terminal)),
                terminal -> Mono.empty(),
                (terminal, error) -> terminal.release(),
                Terminal::release);
    }

    /** Nothing asynchronous follows the making of the process: a cancellation would leave it behind. */
    private Mono<ContainerProcess> watch(Opened opened, Pids pids, Function<Watched, ContainerProcess> make) {
        return Mono.usingWhen(
                watch(opened.pidfd(), pids.host()),
                init -> opened.close()
                        .then(opened.invocation().close())
                        .then(Mono.fromSupplier(() -> make.apply(init))),
                init -> Mono.empty(),
                (init, error) -> init.release(),
                Watched::release);
    }

    private Mono<Watched> watch(@Nullable PidfdSocket socket, int pid) {
        Mono<WatchedProcess> byNumber = launcher.watch(pid);
        return (socket == null ? byNumber : socket.process().timeout(MAX_WAIT, byNumber))
                .map(Watched::new)
                .onErrorResume(ProcessAlreadyExitedException.class, e -> Mono.just(new Watched(null)));
    }

    private ContainerProcess watched(ContainerStart start, Pids pids, ProcessStreams streams, Watched init) {
        boolean isWaitedFor = start.isInit() && commands.dialect().waits();
        RuntimeWait wait = isWaitedFor ? new RuntimeWait(waitFor(start), init.exit()) : null;
        if (wait != null && start.mode() != Mode.CREATED) {
            wait.begin();
        }
        Mono<ExitStatus> end = wait == null ? init.exit().map(this::toPayloadStatus) : wait.exit();
        Mono<Void> closed =
                Mono.whenDelayError(streams.release(), init.release()).then(Mono.fromRunnable(() -> dispose(wait)));
        ProcessSignals signals = signals(start, Mono.just(pids.inner()), end);
        return start.mode() == Mode.BOUND
                ? bound(start, pids, streams, init, wait, end, closed)
                : record(signals, wait, process(signals, pids.told(start), streams, end, closed));
    }

    /** What stands on the host for a process of a sandbox ends with its status as a shell has it. */
    private ExitStatus toPayloadStatus(ExitStatus host) {
        return commands.dialect().hasHostPids() || !(host instanceof ExitStatus.Exited)
                ? host
                : ExitStatus.fromShellCode(host.code());
    }

    private static void dispose(@Nullable RuntimeWait wait) {
        if (wait != null) {
            wait.dispose();
        }
    }

    private Mono<ExitStatus> waitFor(ContainerStart start) {
        Subject subject = Subject.of("wait for", start.id());
        Dialect dialect = commands.dialect();
        return commands.parse(
                subject, commands.unlimitedCall(subject, dialect.waitFor(start.id())), dialect::parseWait);
    }

    /** Ends as an attached process does: init with its container, and both with our hold of them. */
    private ContainerProcess bound(
            ContainerStart start,
            Pids pids,
            ProcessStreams streams,
            Watched init,
            @Nullable RuntimeWait wait,
            Mono<ExitStatus> end,
            Mono<Void> closed) {
        Mono<Void> delete = deleteOurs(start, pids.host());
        Mono<ExitStatus> exit = start.isInit()
                ? end.flatMap(status -> delete.thenReturn(status)).cache()
                : end;
        Mono<Void> killed = ProcessRecord.hasEnded(end)
                .flatMap(hasEnded -> hasEnded ? Mono.empty() : start.isInit() ? delete : init.kill());
        Mono<Void> ending = killed.then(exit.timeout(MAX_END, Mono.empty()).then())
                .onErrorComplete()
                .then(closed)
                .cache();
        ProcessSignals signals = signals(start, Mono.just(pids.inner()), end);
        return record(signals, wait, process(signals, pids.told(start), streams, exit, ending));
    }

    private Mono<ContainerProcess> attach(ContainerStart start, Opened opened, Call call, RunningProcess command) {
        ConsoleSocket console = opened.console();
        return console == null
                ? Mono.fromSupplier(() -> attached(start, opened, call, command, ProcessStreams.of(command, null)))
                : withTerminal(
                        start, commands.limited(awaitTerminal(console, call, command), call), terminal -> opened.close()
                                .then(Mono.fromSupplier(() -> attached(
                                        start, opened, call, command, ProcessStreams.ofTerminal(command, terminal)))));
    }

    /** The command may have ended when its terminal is read: the two come on ways of their own. */
    private Mono<Terminal> awaitTerminal(ConsoleSocket console, Call call, RunningProcess command) {
        return console.terminal()
                .timeout(command.exit().delayElement(TERMINAL_AFTER_EXIT), endWithoutTerminal(call, command));
    }

    private Mono<Terminal> endWithoutTerminal(Call call, RunningProcess command) {
        return runner.await(command)
                .flatMap(status -> StderrTail.read(command).flatMap(stderr -> call.failure(status, stderr)));
    }

    /** The log is read before it is removed, whoever comes first: who asks for the end or who releases. */
    private ContainerProcess attached(
            ContainerStart start, Opened opened, Call call, RunningProcess command, ProcessStreams streams) {
        Mono<ExitStatus> exit = commands.explained(
                        start.id(),
                        runner.await(command)
                                .flatMap(status -> call.toPayloadStatus(status, commands.dialect()::isFailure)))
                .cache();
        Mono<Void> ending = Mono.usingWhen(
                Mono.just(opened.invocation()),
                invocation -> end(start, invocation, command, streams)
                        .then(exit.then().onErrorComplete()),
                Invocation::close);
        Mono<Integer> told = toldPid(start, opened.invocation());
        ProcessSignals signals = signals(start, told, command.exit());
        ProcessSignals patient = signals(start, awaitPid(told, command), command.exit());
        return record(signals, null, process(patient, command.pid(), streams, exit, ending));
    }

    private Mono<Integer> toldPid(ContainerStart start, Invocation invocation) {
        if (commands.dialect().hasHostPids()) {
            return Invocation.readPid(invocation.pidFile());
        }
        return start.isInit() ? Mono.just(1) : Invocation.readPid(invocation.innerPidFile());
    }

    /** The end of a command that is killed is not that of the process that it stands for. */
    private Mono<Void> end(
            ContainerStart start, Invocation invocation, RunningProcess command, ProcessStreams streams) {
        return ProcessRecord.hasEnded(command.exit())
                .flatMap(hasEnded -> hasEnded ? streams.release() : endBoth(start, invocation, command, streams));
    }

    /**
     * A runtime that is killed while it creates leaves a part of a container, and one that is killed while it executes
     * leaves a process that nobody can name, so it is given the time to be through.
     */
    private static Mono<Integer> awaitPid(Mono<Integer> told, RunningProcess command) {
        return told.repeatWhenEmpty(empty -> empty.delayElements(PID_INTERVAL))
                .takeUntilOther(command.exit())
                .timeout(MAX_CREATION, Mono.empty())
                .switchIfEmpty(told);
    }

    private Mono<Void> endBoth(
            ContainerStart start, Invocation invocation, RunningProcess command, ProcessStreams streams) {
        return start.isInit()
                ? awaitPid(Invocation.readPid(invocation.pidFile()), command)
                        .map(pid -> streams.release().then(deleteOurs(start, pid)))
                        .defaultIfEmpty(streams.release())
                        .flatMap(ending -> ending)
                : endExecuted(start, invocation, command).then(streams.release());
    }

    private Mono<Void> endExecuted(ContainerStart start, Invocation invocation, RunningProcess command) {
        return awaitPid(toldPid(start, invocation), command)
                .flatMap(pid -> killer.kill(start.id(), Signal.KILL, KillOptions.process(pid)))
                .onErrorComplete();
    }

    /** Another container may have the id by now, or have had it all along: it has another init. */
    private Mono<Void> deleteOurs(ContainerStart start, int pid) {
        return commands.state(start.id())
                .filter(state -> state.pid() == null || state.pid() == pid)
                .flatMap(state ->
                        commands.delete(start.id(), DeleteOptions.defaults().withForce(true)))
                .onErrorComplete();
    }

    private StartedProcess process(
            ProcessSignals signals, int pid, ProcessStreams streams, Mono<ExitStatus> exit, Mono<Void> ending) {
        return new StartedProcess(
                pid, streams, exit, signals, ending, process -> records.remove(signals.id(), process));
    }

    private ProcessSignals signals(ContainerStart start, Mono<Integer> pid, Mono<ExitStatus> end) {
        return new ProcessSignals(start.id(), start.isInit(), pid, end, killer);
    }

    private ContainerProcess record(ProcessSignals signals, @Nullable RuntimeWait wait, StartedProcess process) {
        records.add(signals.id(), new ProcessRecord(signals.isInit(), signals.pid(), signals.end(), wait, process));
        return process;
    }

    /** What a start has opened for the runtime to answer through. */
    private record Opened(
            Invocation invocation,
            @Nullable ConsoleSocket console,
            @Nullable PidfdSocket pidfd) {
        Opened with(PidfdSocket socket) {
            return new Opened(invocation, console, socket);
        }

        Exchange exchange() {
            return invocation.exchange(console == null ? null : console.path(), pidfd == null ? null : pidfd.path());
        }

        /** Closes the sockets, through which all has come. */
        Mono<Void> close() {
            return Mono.whenDelayError(
                    console == null ? Mono.empty() : console.release(), pidfd == null ? Mono.empty() : pidfd.release());
        }
    }

    /** The pids of one process, on the host and as the runtime calls it. */
    private record Pids(int host, int inner) {
        int told(ContainerStart start) {
            return start.isInit() ? host : inner;
        }
    }

    /** A process seen from outside, or null if it had ended before it could be. */
    private record Watched(@Nullable WatchedProcess process) {
        Mono<ExitStatus> exit() {
            return process == null ? Mono.just(ExitStatus.unknown()) : process.exit();
        }

        Mono<Void> kill() {
            return process == null ? Mono.empty() : process.signal(Signal.KILL);
        }

        Mono<Void> release() {
            return process == null ? Mono.empty() : process.release();
        }
    }
}
