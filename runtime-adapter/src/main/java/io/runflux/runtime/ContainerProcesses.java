// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStatus;
import io.runflux.oci.OciJson;
import io.runflux.process.ProcessAlreadyExitedException;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.WatchedProcess;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What can be asked about, waited for and signalled in a container: as the runtime sees it, and as it is on record. */
final class ContainerProcesses {
    private final RuntimeCommands commands;
    private final Dialect dialect;
    private final ProcessLauncher launcher;
    private final ProcessRecords records;
    private final ContainerKills kills;

    ContainerProcesses(RuntimeCommands commands, ProcessLauncher launcher, ProcessRecords records) {
        this.commands = commands;
        dialect = commands.dialect();
        this.launcher = launcher;
        this.records = records;
        kills = new ContainerKills(commands, launcher);
    }

    /** Completes if the container is in a state in which that can be done. */
    Mono<Void> require(ContainerOperation operation, ContainerId id) {
        return commands.state(id)
                .map(ContainerState::status)
                .filter(status -> !operation.isAllowedIn(status))
                .flatMap(status -> Mono.error(refusal(operation, id, status)));
    }

    static IllegalContainerStateException refusal(
            ContainerOperation operation, ContainerId id, ContainerStatus status) {
        return status == ContainerStatus.STOPPED
                ? new ContainerNotRunningException(id, operation, status, null)
                : new IllegalContainerStateException(id, operation, status, null);
    }

    /** Calls a command; where it fails without a reason, the state may be one. */
    Mono<CommandResult> call(ContainerOperation operation, ContainerId id, List<String> arguments) {
        return commands.explained(id, commands.call(Subject.of(operation, id), arguments))
                .onErrorResume(CommandFailedException.class, error -> require(operation, id)
                        .then(Mono.error(error)));
    }

    /** Of a stopped container one runtime lists nothing and another crashes: its state tells. */
    Flux<Integer> pids(ContainerId id) {
        Subject subject = Subject.of(ContainerOperation.PS, id);
        return commands.parse(
                        subject,
                        call(ContainerOperation.PS, id, dialect.ps(id)),
                        text -> OciJson.readList(text, Integer.class))
                .flatMap(pids ->
                        pids.isEmpty() ? require(ContainerOperation.PS, id).thenReturn(pids) : Mono.just(pids))
                .flatMapIterable(pids -> pids);
    }

    Mono<Integer> initPid(ContainerId id) {
        return commands.state(id).flatMap(state -> {
            Integer pid = state.pid();
            return pid == null || state.status() == ContainerStatus.STOPPED
                    ? Mono.error(new ContainerNotRunningException(id, ContainerOperation.PS, state.status(), null))
                    : Mono.just(pid);
        });
    }

    Mono<ProcessTable> top(ContainerId id, List<String> options) {
        Subject subject = Subject.of(ContainerOperation.PS, id);
        RuntimeFeature feature = options.isEmpty() ? RuntimeFeature.TOP : RuntimeFeature.TOP_COLUMNS;
        return commands.ensure(feature)
                .then(require(ContainerOperation.PS, id))
                .then(commands.parse(
                        subject, call(ContainerOperation.PS, id, dialect.top(id, options)), ProcessTable::parse))
                .transform(Operation.named(subject));
    }

    Flux<ProcessState> list(ContainerId id, ProcessView view) {
        Flux<ProcessState> running = dialect.hasHostPids() ? listOnHost(id) : listInSandbox(id);
        return view == ProcessView.RUNNING
                ? running
                : running.onErrorResume(ContainerNotRunningException.class, e -> Flux.empty())
                        .concatWith(records.ended(id))
                        .distinct(ProcessState::pid);
    }

    /** A process may end between the two looks: then it is not listed. */
    private Flux<ProcessState> listOnHost(ContainerId id) {
        return pids(id).concatMap(
                        pid -> isOnRecord(id, pid).flatMap(isOurs -> WatchedPids.describe(launcher, pid, isOurs)));
    }

    private Flux<ProcessState> listInSandbox(ContainerId id) {
        return top(id, List.of()).flatMapMany(table -> Flux.zip(
                        Flux.fromIterable(table.column("PID")).map(Integer::valueOf),
                        Flux.fromIterable(table.column("CMD")))
                .concatMap(row -> isOnRecord(id, row.getT1())
                        .map(isOurs -> new ProcessState(row.getT1(), List.of(row.getT2()), isOurs, false))));
    }

    private Mono<Boolean> isOnRecord(ContainerId id, int pid) {
        return records.find(id, pid).hasElement();
    }

    Mono<Void> kill(ContainerId id, Signal signal, KillOptions options) {
        return switch (options.scope()) {
            case INIT -> kills.kill(id, signal, options);
            case ALL ->
                commands.ensure(RuntimeFeature.KILL_ALL)
                        .then(kills.kill(id, signal, options))
                        .onErrorComplete(ContainerNotRunningException.class);
            case PROCESS -> commands.ensure(RuntimeFeature.KILL_PROCESS).then(killOne(id, signal, options));
            case PROCESS_GROUP ->
                commands.ensure(RuntimeFeature.KILL_PROCESS_GROUP).then(killOne(id, signal, options));
        };
    }

    private Mono<Void> killOne(ContainerId id, Signal signal, KillOptions options) {
        return dialect.hasHostPids()
                ? WatchedPids.kill(launcher, id, requireProcess(id, options.pid()), signal, options)
                : requireProcess(id, options.pid()).then(kills.call(id, signal, options));
    }

    private Mono<Void> requireProcess(ContainerId id, int pid) {
        return pids(id).any(value -> value == pid)
                .filter(isThere -> !isThere)
                .flatMap(missing -> Mono.error(new NoSuchProcessException(id, pid, null)));
    }

    Mono<ProcessRecord> find(ContainerId id, int pid) {
        return records.get(id, pid);
    }

    Mono<Void> deleteRecord(ContainerId id, int pid) {
        return records.delete(id, pid, ContainerProcess::release);
    }

    /** A process that was let go of by its owner has an unknown status on record, and may run on. */
    Mono<ExitStatus> waitFor(ContainerId id) {
        return records.init(id)
                .flatMap(init -> init.process().exit())
                .flatMap(status -> status == ExitStatus.unknown()
                        ? waitForStranger(id).onErrorReturn(NoSuchContainerException.class, status)
                        : Mono.just(status))
                .switchIfEmpty(Mono.defer(() -> waitForStranger(id)));
    }

    private Mono<ExitStatus> waitForStranger(ContainerId id) {
        Subject subject = Subject.of("wait for", id);
        return commands.state(id).flatMap(state -> {
            Integer pid = state.pid();
            if (pid == null || state.status() == ContainerStatus.STOPPED) {
                return Mono.just(ExitStatus.unknown());
            }
            return dialect.waits() ? watchSandbox(pid, ask(subject, dialect.waitFor(id))) : watch(pid);
        });
    }

    /** The runtime forgets the status with its sandbox, whose end then tells. */
    private Mono<ExitStatus> watchSandbox(int pid, Mono<ExitStatus> answer) {
        return Mono.usingWhen(
                        launcher.watch(pid),
                        sandbox -> answer.onErrorResume(CommandFailedException.class, error -> sandbox.exit()
                                .map(RuntimeWait::toPayloadStatus)),
                        WatchedProcess::release)
                .onErrorReturn(ProcessAlreadyExitedException.class, ExitStatus.unknown());
    }

    private Mono<ExitStatus> ask(Subject subject, List<String> arguments) {
        return commands.parse(subject, commands.unlimitedCall(subject, arguments), dialect::parseWait);
    }

    private Mono<ExitStatus> watch(int pid) {
        return Mono.usingWhen(launcher.watch(pid), WatchedProcess::exit, WatchedProcess::release)
                .onErrorReturn(ProcessAlreadyExitedException.class, ExitStatus.unknown());
    }

    Mono<ExitStatus> waitFor(ContainerId id, int pid) {
        Subject subject = Subject.of("wait for process " + pid + " of", id);
        Mono<ExitStatus> strangers = requireProcess(id, pid)
                .then(Mono.defer(() -> dialect.waits() ? ask(subject, dialect.waitFor(id, pid)) : watch(pid)));
        return records.find(id, pid)
                .flatMap(record -> record.process().exit())
                .flatMap(status -> status == ExitStatus.unknown()
                        ? strangers.onErrorReturn(OciRuntimeException.class, status)
                        : Mono.just(status))
                .switchIfEmpty(strangers);
    }
}
