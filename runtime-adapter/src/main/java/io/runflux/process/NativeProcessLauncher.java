// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.netty.channel.IoEventLoop;
import io.runflux.events.Signal;
import io.runflux.process.ProcessStartException.Reason;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpResources;

/**
 * Launches by {@code posix_spawn} on a few threads that live as long as the launcher, since a parent-death signal
 * follows the spawning thread, and hands each child to an event loop.
 *
 * <p>A launch is an open attempt from its beginning until its process is registered here or has failed.
 */
final class NativeProcessLauncher implements ProcessLauncher {
    private final NativeSettings settings;
    private final Spawner spawner;
    private final EventLoops loops;
    private final SpawnerThreads spawnerThreads;
    private final LoopTasks loopTasks;
    private final boolean spawnOnEventLoop;
    private final Set<NativeProcess> processes = ConcurrentHashMap.newKeySet();
    private final Set<NativeWatch> watches = ConcurrentHashMap.newKeySet();
    private final Attempts attempts;
    private final AtomicReference<@Nullable Mono<Void>> disposal = new AtomicReference<>();
    private final LoopWatch loopWatch = new LoopWatch(this::loopEnded);
    private final NativeSockets sockets;

    NativeProcessLauncher(ProcessLauncherBuilder builder, Libc libc) {
        settings = new NativeSettings(
                libc, builder.postKillTimeout(), builder.subreaper(), new Semaphore(builder.maxLargePipes()));
        spawner = new Spawner(libc);
        attempts = new Attempts(spawner::release);
        LoopResources resources = builder.loopResources();
        loops = EventLoops.of(resources == null ? TcpResources.get() : resources);
        sockets = new NativeSockets(libc, loops, loopWatch, attempts);
        spawnOnEventLoop = builder.spawnOnEventLoop();
        spawnerThreads = new SpawnerThreads(builder.spawnerThreads(), builder.maxWaitingLaunches());
        loopTasks = new LoopTasks(builder.maxWaitingLaunches());
        if (settings.isSubreaper()) {
            OrphanReaper.instance().acquire(libc);
        }
    }

    @Override
    public Mono<RunningProcess> launch(ProcessSpec spec) {
        Objects.requireNonNull(spec, "spec");
        return HandOver.mono(subscriber -> new Launch(spec, subscriber));
    }

    @Override
    public Mono<WatchedProcess> watch(int pid) {
        if (pid < 1) {
            throw new IllegalArgumentException("pid must be 1 or more, was " + pid);
        }
        return Mono.defer(() -> findOwn(pid)).switchIfEmpty(HandOver.mono(subscriber -> new Watch(pid, subscriber)));
    }

    /** A child that still runs is reaped by its own watch only. */
    private Mono<WatchedProcess> findOwn(int pid) {
        return Mono.justOrEmpty(ownWatch(pid));
    }

    private @Nullable WatchedProcess ownWatch(int pid) {
        for (NativeProcess process : processes) {
            if (process.pid() == pid && !process.hasExited()) {
                return new OwnWatch(process);
            }
        }
        return null;
    }

    @Override
    public Mono<ConsoleSocket> listenForTerminal() {
        return sockets.listenForTerminal();
    }

    @Override
    public Mono<PidfdSocket> listenForProcess() {
        return sockets.listenForProcess(new PidfdUse());
    }

    @Override
    public boolean isNative() {
        return true;
    }

    @Override
    public int processes() {
        return processes.size();
    }

    @Override
    public Mono<Void> disposeLater(Duration grace) {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("grace must not be negative, was " + grace);
        }
        return Mono.defer(() -> {
            disposal.compareAndSet(null, dispose(grace).cache());
            return Objects.requireNonNull(disposal.get());
        });
    }

    private Mono<Void> dispose(Duration grace) {
        return Mono.fromRunnable(attempts::close)
                .then(awaitLaunches(grace))
                .onErrorResume(stuck -> stopAll(grace).then(Mono.error(stuck)))
                .then(Mono.defer(() -> stopAll(grace)))
                .onErrorResume(error -> loops.disposeLater().then(Mono.error(error)))
                .then(loops.disposeLater())
                .doOnTerminate(this::release);
    }

    private void loopEnded(IoEventLoop loop) {
        processes.stream().filter(process -> process.loop() == loop).forEach(NativeProcess::loopEnded);
        watches.stream().filter(watch -> watch.loop() == loop).forEach(NativeWatch::close);
        sockets.loopEnded(loop);
    }

    /** The threads that spawned go last: a child may have asked for a signal when its own ends. */
    private void release() {
        spawnerThreads.shutdown();
        spawner.close();
        loopWatch.release();
        if (settings.isSubreaper()) {
            OrphanReaper.instance().release(settings.libc());
        }
    }

    /** Only a program on a hung file system keeps a launch this long; it is killed when it comes after all. */
    private Mono<Void> awaitLaunches(Duration grace) {
        return attempts.idle()
                .timeout(
                        grace.plus(settings.postKillTimeout()),
                        Mono.error(() -> new ProcessException("a launch is still blocked in the kernel", null)));
    }

    /** The sockets first, over which more to stop could come. */
    private Mono<Void> stopAll(Duration grace) {
        return Flux.concatDelayError(sockets.release(), Mono.defer(() -> stopProcesses(grace)), sockets.hangUp())
                .then()
                .onErrorMap(error -> Exceptions.unwrapMultiple(error).get(0));
    }

    private Mono<Void> stopProcesses(Duration grace) {
        Mono<Void> stopped = Mono.whenDelayError(
                processes.stream().map(process -> stop(process, grace)).toList());
        Mono<Void> unwatched =
                Mono.whenDelayError(watches.stream().map(NativeWatch::release).toList());
        return Mono.whenDelayError(stopped, unwatched)
                .onErrorMap(error -> Exceptions.unwrapMultiple(error).get(0));
    }

    private static Mono<Void> stop(NativeProcess process, Duration grace) {
        Mono<Void> politely = process.signalWhole(Signal.TERM)
                .then(process.exit().timeout(grace, Mono.empty()).then())
                .onErrorComplete(ProcessException.class)
                .then();
        return (grace.isZero() ? Mono.<Void>empty() : politely).then(process.release());
    }

    /** One launch: spawned on a spawner thread, attached on a loop, handed over there. */
    private final class Launch extends HandOver<RunningProcess> {
        private final ProcessSpec spec;
        private final IoEventLoop loop = spawnOnEventLoop ? loops.nearest() : loops.next();

        Launch(ProcessSpec spec, CoreSubscriber<? super RunningProcess> subscriber) {
            super(subscriber);
            this.spec = spec;
        }

        @Override
        void start() {
            attempts.begin();
            boolean isForLoop = isForLoop();
            try {
                if (isForLoop) {
                    loopTasks.execute(loop, this::spawn);
                } else {
                    spawnerThreads.execute(this::spawn);
                }
            } catch (RejectedExecutionException e) {
                end(isForLoop && loop.isShuttingDown() ? new LoopEndedException(e) : refusal(e));
            }
        }

        /** What has to wait for another thread would block the loop for longer. */
        private boolean isForLoop() {
            return spawnOnEventLoop
                    && spec.parentDeathSignal() == null
                    && !ThrowawayThread.isNeeded(spec)
                    && !spawner.usesPrivateTables();
        }

        @Override
        void discard(RunningProcess process) {
            ((NativeProcess) process).abandonNow();
        }

        private void spawn() {
            if (isCancelled() || attempts.isClosed()) {
                endOnLoop(refusal(null));
                return;
            }
            SpawnedChild child;
            try {
                child = spawner.spawn(spec);
            } catch (Throwable e) {
                endOnLoop(e);
                return;
            }
            try {
                loop.execute(() -> attach(child));
            } catch (RejectedExecutionException e) {
                spawner.discard(child);
                end(new LoopEndedException(e));
            }
        }

        private void attach(SpawnedChild child) {
            if (loop.isShuttingDown()) {
                Disposable unused = Schedulers.boundedElastic().schedule(() -> spawner.discard(child));
                end(new LoopEndedException(null));
                return;
            }
            loopWatch.watch(loop);
            NativeProcess process = new NativeProcess(child, loop, settings, processes::remove);
            processes.add(process);
            try {
                process.attach();
            } catch (Throwable e) {
                end(e);
                return;
            }
            if (attempts.isClosed()) {
                process.abandonNow();
                end(refusal(null));
                return;
            }
            attempts.end();
            deliver(process);
        }

        private ProcessStartException refusal(@Nullable Throwable cause) {
            return attempts.isClosed()
                    ? new ProcessStartException(Reason.DISPOSED, "the launcher was disposed of", cause)
                    : new ProcessStartException(
                            Reason.TOO_MANY_LAUNCHES, "too many launches wait to be spawned", cause);
        }

        private void endOnLoop(Throwable error) {
            try {
                loop.execute(() -> end(error));
            } catch (RejectedExecutionException e) {
                end(error);
            }
        }

        private void end(Throwable error) {
            attempts.end();
            fail(error);
        }
    }

    /** One beginning of a watch, on a loop. */
    private final class Watch extends HandOver<WatchedProcess> {
        private final int pid;

        Watch(int pid, CoreSubscriber<? super WatchedProcess> subscriber) {
            super(subscriber);
            this.pid = pid;
        }

        @Override
        void start() {
            IoEventLoop loop = loops.next();
            try {
                loop.execute(() -> open(loop));
            } catch (RejectedExecutionException e) {
                fail(new LoopEndedException(e));
            }
        }

        @Override
        void discard(WatchedProcess process) {
            ((NativeWatch) process).close();
        }

        private void open(IoEventLoop loop) {
            loopWatch.watch(loop);
            try {
                NativeWatch watch = NativeWatch.open(settings, loop, pid, watches::remove);
                watches.add(watch);
                if (attempts.isClosed()) {
                    watch.close();
                    fail(new ProcessException("cannot watch process " + pid + ": the launcher was disposed of", null));
                } else {
                    deliver(watch);
                }
            } catch (Throwable e) {
                fail(e);
            }
        }
    }

    /** Makes a pidfd a watched process of this launcher. */
    private final class PidfdUse implements DescriptorSocket.Use<WatchedProcess> {
        @Override
        public WatchedProcess open(Endpoint pidfd, String origin) {
            int pid = pidOf(pidfd, origin);
            WatchedProcess own = ownWatch(pid);
            if (own != null) {
                settings.libc().close(pidfd.descriptor());
                return own;
            }
            NativeWatch watch = NativeWatch.open(settings, pidfd, pid, watches::remove);
            watches.add(watch);
            return watch;
        }

        private int pidOf(Endpoint pidfd, String origin) {
            try {
                return Pidfds.pidOf(settings.libc(), pidfd.descriptor(), origin);
            } catch (RuntimeException e) {
                settings.libc().close(pidfd.descriptor());
                throw e;
            }
        }

        @Override
        public void discard(WatchedProcess process) {
            if (process instanceof NativeWatch watch) {
                watch.close();
            }
        }
    }
}
