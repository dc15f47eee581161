// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerStatus;
import io.runflux.oci.LinuxResources;
import io.runflux.oci.Spec;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A container: its state, and what runc says of a change that is not allowed in it. */
final class FakeContainer {
    private final String id;
    private final Path bundle;
    private final Spec spec;
    private final Instant created;
    private final Payload init;
    private final List<Payload> execs = new CopyOnWriteArrayList<>();
    private final List<Signal> pending = new ArrayList<>();
    private LinuxResources resources = LinuxResources.none();
    private boolean isPaused;

    FakeContainer(String id, Path bundle, Spec spec, Instant created, Payload init) {
        this.id = id;
        this.bundle = bundle;
        this.spec = spec;
        this.created = created;
        this.init = init;
        /* Ends with the init. */
        init.exit().subscribe(status -> execs.forEach(exec -> exec.end(ExitStatus.signaled(Signal.KILL))));
    }

    String id() {
        return id;
    }

    Path bundle() {
        return bundle;
    }

    Spec spec() {
        return spec;
    }

    Instant created() {
        return created;
    }

    Payload init() {
        return init;
    }

    /** All processes that run, init first. */
    List<Payload> processes() {
        return Stream.concat(Stream.of(init), execs.stream())
                .filter(process -> !process.hasEnded())
                .toList();
    }

    synchronized ContainerStatus status() {
        if (init.hasEnded()) {
            return ContainerStatus.STOPPED;
        }
        if (isPaused) {
            return ContainerStatus.PAUSED;
        }
        return init.isStarted() ? ContainerStatus.RUNNING : ContainerStatus.CREATED;
    }

    synchronized LinuxResources resources() {
        return resources;
    }

    synchronized void update(LinuxResources limits) {
        resources = limits;
    }

    synchronized void start() {
        switch (status()) {
            case CREATED -> init.start();
            case RUNNING -> throw new RuncFailure("cannot start an already running container");
            case STOPPED -> throw new RuncFailure("cannot start a container that has stopped");
            default -> throw new RuncFailure("cannot start a container in the " + status().word() + " state");
        }
    }

    synchronized void requireExec() {
        switch (status()) {
            case STOPPED -> throw new RuncFailure("cannot exec in a stopped container");
            case PAUSED -> throw new RuncFailure("cannot exec in a paused container (use --ignore-paused to override)");
            default -> execs.removeIf(Payload::hasEnded);
        }
    }

    /** A process that comes too late ends with the container. */
    void add(Payload exec) {
        execs.add(exec);
        if (init.hasEnded()) {
            exec.end(ExitStatus.signaled(Signal.KILL));
        }
    }

    synchronized void pause() {
        if (status() != ContainerStatus.RUNNING && status() != ContainerStatus.CREATED) {
            throw new RuncFailure("container not running");
        }
        isPaused = true;
    }

    synchronized void resume() {
        if (status() != ContainerStatus.PAUSED) {
            throw new RuncFailure("container not paused");
        }
        isPaused = false;
        pending.forEach(signal -> send(init, signal));
        pending.clear();
    }

    /** What is frozen gets its signals when it is thawed, which a kill does to it. */
    synchronized void signal(Signal signal, boolean isToAll) {
        if (isToAll) {
            processes().forEach(process -> send(process, signal));
        } else if (init.hasEnded()) {
            throw new RuncFailure("container not running");
        } else if (isPaused && !signal.equals(Signal.KILL)) {
            pending.add(signal);
        } else {
            send(init, signal);
        }
    }

    private static void send(Payload process, Signal signal) {
        if (!process.hasEnded()) {
            process.send(signal);
        }
    }

    void kill() {
        init.end(ExitStatus.signaled(Signal.KILL));
    }

    void requireDeletable() {
        ContainerStatus status = status();
        if (status != ContainerStatus.STOPPED && status != ContainerStatus.CREATED) {
            throw new RuncFailure("cannot delete container " + id + " that is not stopped: " + status.word());
        }
    }
}
