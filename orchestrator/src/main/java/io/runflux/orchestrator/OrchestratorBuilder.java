// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.EventStream;
import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.HostRuntimeConfig;
import io.runflux.runtime.OciRuntime;
import io.runflux.runtime.OciRuntimes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Settings of an {@link Orchestrator}. */
public final class OrchestratorBuilder {
    private @Nullable ProcessLauncher launcher;
    private Function<ProcessLauncher, OciRuntime> runtime =
            shared -> OciRuntimes.host(shared, HostRuntimeConfig.defaults());
    private @Nullable EventStream events;
    private Duration callTimeout = Duration.ofMinutes(1);
    private Path bundleDirectory = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();

    OrchestratorBuilder() {}

    /**
     * Sets the launcher. It stays its owner's. Default: a new one, which ends with the orchestrator.
     *
     * @param value what processes are started with; to learn how containers of runc end, it should be a subreaper
     * @return this
     */
    public OrchestratorBuilder launcher(ProcessLauncher value) {
        launcher = Objects.requireNonNull(value, "value");
        return this;
    }

    /**
     * Sets what containers are run with. Default: the host runtime, which isolates nothing. For another runtime set the
     * {@link #launcher} too: the default one is no subreaper, and does not learn how containers end before Linux 6.15.
     *
     * @param factory makes the runtime out of the launcher
     * @return this
     */
    public OrchestratorBuilder runtime(Function<ProcessLauncher, OciRuntime> factory) {
        runtime = Objects.requireNonNull(factory, "factory");
        return this;
    }

    /**
     * Sets where events go. It stays its owner's. Default: a new stream, which ends with the orchestrator.
     *
     * @param value the stream
     * @return this
     */
    public OrchestratorBuilder events(EventStream value) {
        events = Objects.requireNonNull(value, "value");
        return this;
    }

    /**
     * Sets the time limit of every single call of the runtime. After it fires, the state of the container is read again
     * before anything is decided. Default: one minute, several times what a runtime takes on a busy machine.
     *
     * @param timeout more than zero
     * @return this
     */
    public OrchestratorBuilder callTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("call timeout must be more than zero, was " + timeout);
        }
        callTimeout = timeout;
        return this;
    }

    /**
     * Sets where bundles are written that exist for one run only. Default: the temporary directory of this JVM.
     *
     * @param directory an existing directory, absolute
     * @return this
     */
    public OrchestratorBuilder bundleDirectory(Path directory) {
        if (!directory.isAbsolute()) {
            throw new IllegalArgumentException("bundle directory must be an absolute path, was '" + directory + "'");
        }
        if (directory.toString().matches(".*[,:\\\\].*")) {
            throw new IllegalArgumentException(
                    "bundle directory must have no ',', ':' or '\\', which divide mount options, was '" + directory
                            + "'");
        }
        bundleDirectory = directory;
        return this;
    }

    /**
     * Returns an orchestrator.
     *
     * @return a new orchestrator, to be disposed of
     */
    public Orchestrator build() {
        return new DefaultOrchestrator(this);
    }

    @Nullable
    ProcessLauncher launcher() {
        return launcher;
    }

    OciRuntime runtime(ProcessLauncher shared) {
        return runtime.apply(shared);
    }

    @Nullable
    EventStream events() {
        return events;
    }

    Duration callTimeout() {
        return callTimeout;
    }

    Path bundleDirectory() {
        return bundleDirectory;
    }
}
