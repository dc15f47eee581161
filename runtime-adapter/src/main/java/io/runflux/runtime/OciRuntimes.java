// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.process.ProcessLauncher;

/** Makes the runtimes. */
public final class OciRuntimes {
    private OciRuntimes() {}

    /**
     * Returns a client of runc, 1.1 or later. To see how the containers that it creates end, the launcher should be a
     * {@linkplain io.runflux.process.ProcessLauncherBuilder#subreaper(boolean) subreaper}.
     *
     * @param launcher what runc is called with; it stays its owner's
     * @param config how to call it
     * @return the runtime
     * @throws IllegalArgumentException if runc cannot be configured so
     */
    public static OciRuntime runc(ProcessLauncher launcher, RuntimeConfig config) {
        return runc(launcher, ProcessMonitor.logging(launcher), config);
    }

    /**
     * As {@link #runc(ProcessLauncher, RuntimeConfig)}, with a monitor of one's own.
     *
     * @param launcher what processes are watched with; it stays its owner's
     * @param monitor what runc is called with
     * @param config how to call it
     * @return the runtime
     * @throws IllegalArgumentException if runc cannot be configured so
     */
    public static OciRuntime runc(ProcessLauncher launcher, ProcessMonitor monitor, RuntimeConfig config) {
        return new CliOciRuntime(new RuntimeCommands(config, new RuncDialect(), monitor), launcher);
    }

    /**
     * Returns a client of crun, 1.8 or later, on the terms of {@link #runc(ProcessLauncher, RuntimeConfig)}.
     *
     * @param launcher what crun is called with; it stays its owner's
     * @param config how to call it
     * @return the runtime
     * @throws IllegalArgumentException if crun cannot be configured so
     */
    public static OciRuntime crun(ProcessLauncher launcher, RuntimeConfig config) {
        return crun(launcher, ProcessMonitor.logging(launcher), config);
    }

    /**
     * As {@link #crun(ProcessLauncher, RuntimeConfig)}, with a monitor of one's own.
     *
     * @param launcher what processes are watched with; it stays its owner's
     * @param monitor what crun is called with
     * @param config how to call it
     * @return the runtime
     * @throws IllegalArgumentException if crun cannot be configured so
     */
    public static OciRuntime crun(ProcessLauncher launcher, ProcessMonitor monitor, RuntimeConfig config) {
        return new CliOciRuntime(new RuntimeCommands(config, new CrunDialect(), monitor), launcher);
    }

    /**
     * Returns a client of gVisor's runsc, 2022 or later. How its containers end it tells itself, by a command that
     * waits as long as the container runs; processes that were executed in them detached are watched on the terms of
     * {@link #runc(ProcessLauncher, RuntimeConfig)}.
     *
     * @param launcher what runsc is called with; it stays its owner's
     * @param config how to call it; its platform and network are {@linkplain RuntimeConfig.Builder#flags flags}
     * @return the runtime
     */
    public static OciRuntime runsc(ProcessLauncher launcher, RuntimeConfig config) {
        return runsc(launcher, ProcessMonitor.logging(launcher), config);
    }

    /**
     * As {@link #runsc(ProcessLauncher, RuntimeConfig)}, with a monitor of one's own.
     *
     * @param launcher what processes are watched with; it stays its owner's
     * @param monitor what runsc is called with
     * @param config how to call it
     * @return the runtime
     */
    public static OciRuntime runsc(ProcessLauncher launcher, ProcessMonitor monitor, RuntimeConfig config) {
        return new CliOciRuntime(new RuntimeCommands(config, new RunscDialect(), monitor), launcher);
    }

    /**
     * Returns the host runtime, the embedded default: it runs the process of a bundle as a plain process of this host.
     * It isolates nothing. Honoured are the process's arguments, environment, working directory, user, umask, limits,
     * terminal and the bar on new privileges, and where the configuration says so the bundle's root directory;
     * namespaces, mounts, capabilities, control groups and hooks are not.
     *
     * <p>States, their order and errors are those of the other runtimes. The state is on disk, and every JVM of this
     * user can list, signal, wait for and delete what another created; only the creator can start it, and its processes
     * end with the launcher. A container that is killed before its start is stopped, whatever the signal. The first
     * container is announced with a warning in the log.
     *
     * <p>The processes of a container are those of the session that its own process leads, and of the sessions of what
     * this runtime executed in it; what another JVM executed in it, and what began a session of its own, are not seen.
     * A process that was executed in a container does not end with the container's own, but when its owner lets go of
     * it, unless it is detached, and when this runtime deletes the container. One that is detached, and the process of
     * a created or detached container, go on when they are released; a terminal is then hung up.
     *
     * <p>There is nothing to pause, update, measure, checkpoint or restore with, no table of processes, and no features
     * and user logs to ask for: that fails with {@link NotSupportedException}. Other options that only a command line
     * knows have no effect.
     *
     * @param launcher what processes are started with; it stays its owner's
     * @param config how it works
     * @return the runtime
     */
    public static OciRuntime host(ProcessLauncher launcher, HostRuntimeConfig config) {
        return new HostRuntime(config, launcher);
    }
}
