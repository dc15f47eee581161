// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

import io.runflux.events.ContainerId;
import io.runflux.oci.OciProcess;
import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.OciRuntime;
import java.util.Objects;
import reactor.core.publisher.Mono;

/**
 * Where processes can be started: this machine, a container, or whatever else implements this. Implementations are safe
 * for concurrent use.
 */
@FunctionalInterface
public interface ProcessHost {
    /**
     * Returns this machine. A bare name of a program is looked for in the process's own {@code PATH}, and a relative
     * path starts at its working directory. A user of 0 and group of 0, which is also what a process has that names
     * none, stand for the user of this JVM; another needs root. What this host cannot honour, which is capabilities, an
     * out-of-memory score and fields that are not modelled, fails the start.
     *
     * @param launcher what starts the processes, and stays its owner's
     * @return the host, which has nothing to dispose of
     */
    static ProcessHost local(ProcessLauncher launcher) {
        return new LocalHost(Objects.requireNonNull(launcher, "launcher"));
    }

    /**
     * Returns a running container, in which processes are executed; with gVisor that is a sandbox. Processes are
     * started detached, so that the exit is seen at once, whatever still holds the streams. To know how they end the
     * runtime's launcher must be a {@linkplain io.runflux.process.ProcessLauncherBuilder#subreaper(boolean) subreaper},
     * or the kernel Linux 6.15 or later; elsewhere, but not with the host runtime, exits are unknown.
     *
     * <p>The sandbox of runsc goes on holding an input that its process has closed, which is then not noticed before
     * the exit, and a terminal there has its size a moment after the start.
     *
     * @param runtime the runtime that has the container
     * @param id the container, which is looked for at each start
     * @return the host, which has nothing to dispose of
     */
    static ProcessHost container(OciRuntime runtime, ContainerId id) {
        return new ContainerHost(Objects.requireNonNull(runtime, "runtime"), Objects.requireNonNull(id, "id"));
    }

    /**
     * Starts a process. It is handed over running, and whoever subscribed owns it. Nothing is started before the
     * subscription, and each one starts anew; cancelling before the process is handed over ends it, if need be in the
     * background.
     *
     * @param process what to start; with {@link OciProcess#terminal()} its standard streams are a terminal, of 24 rows
     *     and 80 columns unless it says otherwise
     * @param pipes which streams are wanted
     * @return the process, never empty; fails if it cannot be started, with the errors of what starts it, or with
     *     {@link IllegalArgumentException} if the host cannot honour what the process asks for
     */
    Mono<HostedProcess> start(OciProcess process, Pipes pipes);
}
