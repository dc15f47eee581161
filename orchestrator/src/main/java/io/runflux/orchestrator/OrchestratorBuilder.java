// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.EventStream;
import io.runflux.hooks.HookSet;
import io.runflux.metrics.MeterRecorder;
import io.runflux.metrics.OperationObserver;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessLauncherBuilder;
import io.runflux.runtime.HostRuntimeConfig;
import io.runflux.runtime.OciRuntime;
import io.runflux.runtime.OciRuntimes;
import io.runflux.stdio.UpstreamOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** Settings of an {@link Orchestrator}. */
public final class OrchestratorBuilder {
    /**
     * The stages of hooks that an orchestrator runs itself, as podman does: before the creation, and after deletion.
     */
    public static final Set<String> HOOK_STAGES = Set.of(RunHooks.PRECREATE, RunHooks.POSTSTOP);

    private @Nullable ProcessLauncher launcher;
    private @Nullable LoopResources loops;
    private boolean subreaper;
    private Function<ProcessLauncher, OciRuntime> runtime =
            shared -> OciRuntimes.host(shared, HostRuntimeConfig.defaults());
    private @Nullable EventStream events;
    private GuardOptions guards = GuardOptions.defaults();
    private Path bundleDirectory = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();

    private Mono<HookSet> hooks = Mono.empty();
    private Duration hookTimeout = Duration.ofMinutes(1);
    private Function<ProcessLauncher, ResourceKeeper> resources =
            shared -> ResourceKeeper.of(shared, ResourceOptions.defaults());
    private UpstreamOptions logs = UpstreamOptions.defaults();
    private IntFunction<Mono<MemoryKillCounter>> memoryKills =
            pid -> CgroupMemory.of(pid).cast(MemoryKillCounter.class);

    private GuardClock guardClock = GuardClock.system();

    private MeterRecorder meters = MeterRecorder.noOp();
    private OperationObserver observer = OperationObserver.noOp();

    OrchestratorBuilder() {}

    /**
     * Sets the launcher. It stays its owner's, who disposes of it after the orchestrator. Default: a new one, which
     * ends with the orchestrator.
     *
     * @param value what processes are started with; to learn how containers of runc end, it should be a subreaper
     * @return this
     */
    public OrchestratorBuilder launcher(ProcessLauncher value) {
        launcher = Objects.requireNonNull(value, "value");
        return this;
    }

    /**
     * Sets the event loops of the launcher that the orchestrator makes for itself, mostly those of the service's HTTP
     * server, so that the service gains none. They stay their owner's, and must end after the orchestrator: processes
     * whose loop ends are killed, and no container can be stopped any more. Spring ends the loops that a
     * {@code ReactorResourceFactory} has made before it destroys any bean; those that are a bean themselves end after
     * the orchestrator that was given them. Default: those of Reactor Netty's {@code TcpResources}, which are others
     * than those of its HTTP servers and clients. A {@link #launcher} that is given has its own.
     *
     * @param value the loops
     * @return this
     */
    public OrchestratorBuilder loopResources(LoopResources value) {
        loops = Objects.requireNonNull(value, "value");
        return this;
    }

    /**
     * Sets whether the launcher that the orchestrator makes for itself is a
     * {@linkplain ProcessLauncherBuilder#subreaper(boolean) subreaper}, which learns how the containers of runc and
     * crun end. It concerns the whole JVM. Default: false. A {@link #launcher} that is given has its own setting.
     *
     * @param value whether it is one
     * @return this
     */
    public OrchestratorBuilder subreaper(boolean value) {
        subreaper = value;
        return this;
    }

    /**
     * Sets what containers are run with. Default: the host runtime, which isolates nothing. For another runtime set
     * {@link #subreaper} too: without it, how containers end is not known before Linux 6.15.
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
     * Sets how the calls of the runtime are guarded: how long each may take, how many there may be at a time, which are
     * made again, and when the runtime is left alone. Default: {@link GuardOptions#defaults()}.
     *
     * @param value the options, which also say in which order the guards stand
     * @return this
     */
    public OrchestratorBuilder guards(GuardOptions value) {
        guards = Objects.requireNonNull(value, "value");
        return this;
    }

    private static Duration requirePositive(String what, Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException(what + " must be more than zero, was " + timeout);
        }
        return timeout;
    }

    /**
     * Sets the hooks of containers, mostly those of {@link io.runflux.hooks.HookDirectories} with the extension stages
     * {@link #HOOK_STAGES}. Default: none.
     *
     * <p>For each run those that match its configuration are taken: hooks of the specification's stages are written
     * into the configuration, for its runtime to call; the host runtime calls none, which is said in the log. Hooks of
     * stage {@code precreate} are given that configuration, and what they make of it is what the container is created
     * by; one that fails fails the run. Hooks of stage {@code poststop} are given the state after the container was
     * deleted, and also after a creation that the runtime failed; one that fails is told in the log and by its event. A
     * bundle that exists is never changed: where hooks make another configuration, a bundle is written for the run,
     * with the paths of root and bind mounts made absolute. A hook file that cannot be used fails every run, since the
     * hook might be one that guards the container.
     *
     * @param value the hooks, subscribed to for each run; no hooks if it is empty
     * @return this
     */
    public OrchestratorBuilder hooks(Mono<HookSet> value) {
        hooks = Objects.requireNonNull(value, "value");
        return this;
    }

    /**
     * Sets the time limit of a hook that names none, of stage {@code precreate} or {@code poststop}. What a hook has
     * started is killed with it, where the launcher is native. Default: one minute.
     *
     * @param timeout more than zero
     * @return this
     */
    public OrchestratorBuilder hookTimeout(Duration timeout) {
        hookTimeout = requirePositive("hook timeout", timeout);
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
     * Sets what keeps the resources of runs. Default: one with {@link ResourceOptions#defaults()}, which writes nothing
     * down: runs release what they hold, but a crash leaves it, and there are no networks.
     *
     * @param factory makes the keeper out of the launcher
     * @return this
     */
    public OrchestratorBuilder resources(Function<ProcessLauncher, ResourceKeeper> factory) {
        resources = Objects.requireNonNull(factory, "factory");
        return this;
    }

    /**
     * Sets what may be logged to. Default: nothing, so that a launch with a log is refused.
     *
     * @param value what logs may be opened, and how; whether there is a terminal is the matter of each launch
     * @return this
     */
    public OrchestratorBuilder logs(UpstreamOptions value) {
        logs = Objects.requireNonNull(value, "value");
        return this;
    }

    /** Sets by what the kills for want of memory are counted, of an init process. Default: its control group. */
    OrchestratorBuilder memoryKills(IntFunction<Mono<MemoryKillCounter>> value) {
        memoryKills = value;
        return this;
    }

    /** Sets what the guards go by. Default: the clocks of the system. */
    OrchestratorBuilder guardClock(GuardClock value) {
        guardClock = value;
        return this;
    }

    /**
     * Sets who is told what this orchestrator measures, of which {@link io.runflux.metrics.RunfluxMeter} is the list.
     * Default: nobody, and nothing is measured.
     *
     * @param value such as {@link io.runflux.metrics.PrometheusMeters}
     * @return this
     */
    public OrchestratorBuilder meters(MeterRecorder value) {
        meters = Objects.requireNonNull(value, "value");
        return this;
    }

    /**
     * Sets who observes the operations of this orchestrator, and the commands of its runtime within them. Default:
     * nobody.
     *
     * @param value such as {@code MicrometerObservations}
     * @return this
     */
    public OrchestratorBuilder observe(OperationObserver value) {
        observer = Objects.requireNonNull(value, "value");
        return this;
    }

    /**
     * Returns an orchestrator.
     *
     * @return a new orchestrator, to be disposed of
     */
    public EmbeddedOrchestrator build() {
        OrchestratorMeters told = new OrchestratorMeters(meters, observer);
        return told.orchestrator(new DefaultOrchestrator(this, told));
    }

    @Nullable
    ProcessLauncher launcher() {
        return launcher;
    }

    ProcessLauncher newLauncher() {
        LoopResources given = loops;
        ProcessLauncherBuilder builder = ProcessLauncher.builder().subreaper(subreaper);
        return given == null ? builder.build() : builder.loopResources(given).build();
    }

    OciRuntime runtime(ProcessLauncher shared) {
        return runtime.apply(shared);
    }

    ResourceKeeper resources(ProcessLauncher shared) {
        return resources.apply(shared);
    }

    @Nullable
    EventStream events() {
        return events;
    }

    Mono<HookSet> hooks() {
        return hooks;
    }

    Duration hookTimeout() {
        return hookTimeout;
    }

    GuardOptions guards() {
        return guards;
    }

    Path bundleDirectory() {
        return bundleDirectory;
    }

    UpstreamOptions logs() {
        return logs;
    }

    IntFunction<Mono<MemoryKillCounter>> memoryKills() {
        return memoryKills;
    }

    GuardClock guardClock() {
        return guardClock;
    }
}
