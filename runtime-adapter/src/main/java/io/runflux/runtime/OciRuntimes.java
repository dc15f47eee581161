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
     */
    public static OciRuntime runc(ProcessLauncher launcher, RuntimeConfig config) {
        return new CliOciRuntime(config, new RuncDialect(), launcher, new LauncherCommandExecutor(launcher));
    }

    /**
     * Returns the host runtime, the embedded default: it runs the process of a bundle as a plain process of this host.
     * It isolates nothing. Honoured are the process's arguments, environment, working directory, user, umask, limits,
     * terminal and the bar on new privileges, and where the configuration says so the bundle's root directory;
     * namespaces, mounts, capabilities, control groups and hooks are not.
     *
     * <p>States, their order and errors are those of the other runtimes. The state is on disk, and every JVM of this
     * user can list, signal and delete what another created; only the creator can start it, and its processes end with
     * the launcher. A container that is killed before its start is stopped, whatever the signal. A process that was
     * executed in a container ends by its own or its owner's doing, not with the container. The first container is
     * announced with a warning in the log.
     *
     * @param launcher what processes are started with; it stays its owner's
     * @param config how it works
     * @return the runtime
     */
    public static OciRuntime host(ProcessLauncher launcher, HostRuntimeConfig config) {
        return new HostRuntime(config, launcher);
    }
}
