// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStatus;
import io.runflux.oci.OciProcess;
import io.runflux.oci.Spec;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import io.runflux.process.ProcessStartException;
import io.runflux.process.RunningProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Creates containers, and starts processes in them. */
final class HostStarts {
    private final HostRuntimeConfig config;
    private final ProcessLauncher launcher;
    private final HostContainers containers;
    private final HostExecutions executions;
    private final HostEnds ends;
    private final ProcessRecords records;

    HostStarts(
            HostRuntimeConfig config,
            ProcessLauncher launcher,
            HostContainers containers,
            HostExecutions executions,
            HostEnds ends,
            ProcessRecords records) {
        this.config = config;
        this.launcher = launcher;
        this.containers = containers;
        this.executions = executions;
        this.ends = ends;
        this.records = records;
    }

    Mono<HostProcess> create(ContainerId id, Path bundle, CreateOptions options) {
        return Bundles.check(bundle, options.stdio()).then(Blocking.call(() -> createNow(id, bundle, options)));
    }

    private HostProcess createNow(ContainerId id, Path bundle, CreateOptions options) throws IOException {
        Spec spec = Bundles.read(bundle);
        OciProcess process = spec.process();
        if (process == null) {
            throw new InvalidBundleException(bundle, "it has no process", null, null);
        }
        ProcessSpec launch = HostProcessSpecs.of(bundle, spec, config)
                .toSpec(process, options.stdio(), options.descriptors(), options.parentDeathSignal());
        String token = UUID.randomUUID().toString();
        ContainerState state = ContainerState.of(id.value(), ContainerStatus.CREATED, null, bundle.toString())
                .withCreated(Instant.now())
                .withAnnotations(spec.annotations())
                .withUnknown(HostStore.TOKEN, token);
        HostProcess init = new HostProcess(id, token, launch, ends, released -> records.remove(id, released));
        containers.create(id, state, init);
        return init;
    }

    /** Hands over a process that its container keeps. */
    ContainerProcess keep(ContainerId id, HostProcess init) {
        records.add(id, init.toRecord(true));
        return init;
    }

    /**
     * Hands over a process that its container ends with, once it is started; its streams outlive the container, since
     * whoever is attached may still be reading them.
     */
    Mono<ContainerProcess> attach(ContainerId id, HostProcess init, Mono<Void> afterEnd) {
        return init.process()
                .doOnNext(running -> init.attach(afterEnd))
                .map(running -> keep(id, init))
                .switchIfEmpty(Mono.error(() -> new NoSuchContainerException(id, null)));
    }

    Mono<Void> start(ContainerId id) {
        return Mono.defer(() -> Blocking.call(() -> beginStart(id))
                .flatMap(init -> launch(id, init))
                .cache());
    }

    private HostProcess beginStart(ContainerId id) throws IOException {
        ContainerState state = containers.read(id);
        HostProcess init = containers.own(id, state);
        HostContainers.require(ContainerOperation.START, id, state);
        if (init == null) {
            throw new CommandFailedException(
                    "cannot start container " + state.id() + ": only the process that created it can", null, null);
        }
        init.beginStart();
        try {
            containers.claim(ContainerOperation.START, id);
        } catch (IOException | RuntimeException e) {
            init.endFailedStart();
            throw e;
        }
        return init;
    }

    /** A start that fails leaves a stopped container; one that was begun goes on to its end when it is cancelled. */
    private Mono<Void> launch(ContainerId id, HostProcess init) {
        return launchChecked(id, init.spec())
                .doOnNext(init::started)
                .flatMap(process -> containers.recordStarted(id, process))
                .then(init.closeStreamsIfReleased())
                .onErrorResume(error -> endStart(id, init).then(Mono.error(error)));
    }

    private Mono<RunningProcess> launchChecked(ContainerId id, ProcessSpec spec) {
        return launcher.launch(spec).onErrorMap(ProcessStartException.class, error -> toStartError(id, error));
    }

    private static OciRuntimeException toStartError(ContainerId id, ProcessStartException error) {
        String message = "cannot start a process of container " + id + ": " + error.getMessage();
        return switch (error.reason()) {
            case PROGRAM_NOT_FOUND, NOT_EXECUTABLE, NOT_A_PROGRAM -> new ProgramNotFoundException(message, null, error);
            case TOO_MANY_PROCESSES, TOO_MANY_DESCRIPTORS, TOO_MANY_LAUNCHES, DISPOSED ->
                new RuntimeUnavailableException(message, error);
            default -> new CommandFailedException(message, null, error);
        };
    }

    private Mono<Void> endStart(ContainerId id, HostProcess init) {
        return Mono.fromRunnable(init::endFailedStart)
                .then(init.process().flatMap(RunningProcess::kill))
                .then(containers.recordStopped(id))
                .onErrorComplete();
    }

    Mono<ContainerProcess> exec(ContainerId id, OciProcess process, ExecOptions options) {
        return containers
                .state(id)
                .flatMap(state -> Blocking.call(() -> toExecution(id, state, process, options)))
                .flatMap(execution -> launchExecution(id, execution, options.detached()));
    }

    private Mono<ContainerProcess> launchExecution(ContainerId id, HostProcess execution, boolean isDetached) {
        return Mono.usingWhen(
                launchChecked(id, execution.spec()).doOnNext(execution::started),
                running -> handOver(id, execution, isDetached),
                running -> Mono.empty(),
                (running, error) -> executions.discard(execution),
                running -> executions.discard(execution));
    }

    private HostProcess toExecution(ContainerId id, ContainerState state, OciProcess process, ExecOptions options) {
        HostContainers.require(ContainerOperation.EXEC, id, state);
        Path bundle = Path.of(state.bundle());
        ProcessSpec spec = HostProcessSpecs.of(bundle, Bundles.read(bundle), config)
                .toSpec(process, options.stdio(), options.descriptors(), options.parentDeathSignal());
        return new HostProcess(id, HostStore.token(state), spec, ends, released -> records.remove(id, released));
    }

    /** The container is looked for again: a deletion that began before this was added has not ended it. */
    private Mono<ContainerProcess> handOver(ContainerId id, HostProcess execution, boolean isDetached) {
        if (!isDetached) {
            execution.attach(Mono.empty());
        }
        records.add(id, execution.toRecord(false));
        return executions
                .add(execution)
                .then(containers.state(id))
                .filter(execution::isOf)
                .switchIfEmpty(Mono.error(() -> new NoSuchContainerException(id, null)))
                .thenReturn(execution);
    }
}
