// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.resources.LoopResources;

/** Settings of a {@link ProcessLauncher}. */
public final class ProcessLauncherBuilder {
    private static final Logger log = LoggerFactory.getLogger(ProcessLauncherBuilder.class);
    private static final AtomicBoolean FALLBACK_ANNOUNCED = new AtomicBoolean();

    private @Nullable LoopResources loopResources;
    private Kind kind = Kind.AUTO;
    private int spawnerThreads = 4;
    private boolean spawnOnEventLoop;
    private int maxWaitingLaunches = 16_384;
    private int maxLargePipes = 32;
    private Duration postKillTimeout = Duration.ofSeconds(10);
    private boolean subreaper;

    ProcessLauncherBuilder() {}

    /**
     * Sets the event loops to watch on. Default: those of Reactor Netty's {@code TcpResources}. A launcher never
     * disposes of loops that it was given. Where they are not epoll loops, the launcher makes a loop of its own.
     *
     * @param resources the loops
     * @return this
     */
    public ProcessLauncherBuilder loopResources(LoopResources resources) {
        loopResources = Objects.requireNonNull(resources, "resources");
        return this;
    }

    /**
     * Sets which implementation to use. Default: {@link Kind#AUTO}.
     *
     * @param value the kind
     * @return this
     */
    public ProcessLauncherBuilder kind(Kind value) {
        kind = Objects.requireNonNull(value, "value");
        return this;
    }

    /**
     * Sets how many threads call {@code posix_spawn}, which blocks for 0.1 ms at best, and without bound on a hung
     * mount. They live as long as the launcher. Default: 4, which is more than there may be processors: while a child
     * that was begun waits for one, its thread waits, too. From 1,024 open descriptors on each has another thread call
     * it, whose descriptor table has only what one child gets; else the child has to copy and close them all. That
     * takes Linux 5.9, and that {@code pidfd_getfd} and {@code close_range} are allowed.
     *
     * @param threads 1 to 8
     * @return this
     */
    public ProcessLauncherBuilder spawnerThreads(int threads) {
        if (threads < 1 || threads > 8) {
            throw new IllegalArgumentException("spawner threads must be from 1 to 8, were " + threads);
        }
        spawnerThreads = threads;
        return this;
    }

    /**
     * Spawns on the event loop itself, which saves two hand-overs and blocks everything else on that loop for as long
     * as {@code posix_spawn} takes. Default: false. What is launched on an event loop is spawned and watched on the
     * same one; what is launched elsewhere, on each in turn. A process with a parent-death signal, and one that needs a
     * thread of its own, is spawned on a spawner thread nevertheless.
     *
     * @param value whether to
     * @return this
     */
    public ProcessLauncherBuilder spawnOnEventLoop(boolean value) {
        spawnOnEventLoop = value;
        return this;
    }

    /**
     * Sets how many launches may wait for spawner threads, and how many for event loops that spawn; one more fails with
     * {@link ProcessStartException.Reason#TOO_MANY_LAUNCHES}. Default: 16384.
     *
     * @param launches 1 or more
     * @return this
     */
    public ProcessLauncherBuilder maxWaitingLaunches(int launches) {
        if (launches < 1) {
            throw new IllegalArgumentException("waiting launches must be 1 or more, were " + launches);
        }
        maxWaitingLaunches = launches;
        return this;
    }

    /**
     * Sets how many pipes of children may be large at once. One through which much goes, 32 KiB and more between two
     * waits for 16 times within 100 ms, grows from the kernel's default of 64 KiB to 1 MiB, until its process has ended
     * and been released, unless its size was given ({@link ProcessSpec.Builder#pipeBytes}): where the two sides wait
     * for each other all the time, a stream can be several times as fast then. What waits in a pipe is charged to the
     * control group of who wrote it.
     *
     * <p>Without privileges all pipes of a user have 64 MiB, as it comes, beyond which the kernel lets none grow and
     * makes new ones small (pipe(7), {@code pipe-user-pages-soft}). Default: 32, which is half of that. The fallback to
     * the JDK's processes does not know it.
     *
     * @param pipes 0 or more; with 0 none grows
     * @return this
     */
    public ProcessLauncherBuilder maxLargePipes(int pipes) {
        if (pipes < 0) {
            throw new IllegalArgumentException("large pipes must be 0 or more, were " + pipes);
        }
        maxLargePipes = pipes;
        return this;
    }

    /**
     * Sets how long to wait for the end of a process after {@code SIGKILL}. Default: 10 seconds.
     *
     * @param timeout zero does not wait
     * @return this
     */
    public ProcessLauncherBuilder postKillTimeout(Duration timeout) {
        Durations.requireNotNegative("post-kill timeout", timeout);
        postKillTimeout = timeout;
        return this;
    }

    /**
     * Makes this JVM the parent of its orphaned descendants (prctl(2), PR_SET_CHILD_SUBREAPER) until the launcher is
     * disposed of, so that {@link ProcessLauncher#watch} learns how they end: the init of a container, for one, whose
     * runtime has gone. It concerns the whole JVM. Orphans that nobody watches are reaped a second or two after their
     * end. Default: false. The fallback to the JDK's processes does not know it.
     *
     * @param value whether to
     * @return this
     */
    public ProcessLauncherBuilder subreaper(boolean value) {
        subreaper = value;
        return this;
    }

    /**
     * Returns a launcher. Native libraries are loaded here, which blocks for a moment.
     *
     * @return a new launcher, to be disposed of
     * @throws IllegalStateException if {@link Kind#NATIVE} was asked for and this machine lacks something; the message
     *     says what
     */
    public ProcessLauncher build() {
        return switch (kind) {
            case JDK -> new JdkProcessLauncher(this);
            case NATIVE -> nativeLauncher();
            case AUTO -> NativeSupport.missing() == null ? nativeLauncher() : fallback();
        };
    }

    private ProcessLauncher nativeLauncher() {
        String missing = NativeSupport.missing();
        if (missing != null) {
            throw new IllegalStateException("processes cannot be launched natively: " + missing);
        }
        return new NativeProcessLauncher(this, NativeSupport.libc());
    }

    private ProcessLauncher fallback() {
        if (FALLBACK_ANNOUNCED.compareAndSet(false, true)) {
            log.warn("processes are launched through the JDK, with threads for each: {}", NativeSupport.missing());
        }
        return new JdkProcessLauncher(this);
    }

    @Nullable
    LoopResources loopResources() {
        return loopResources;
    }

    int spawnerThreads() {
        return spawnerThreads;
    }

    boolean spawnOnEventLoop() {
        return spawnOnEventLoop;
    }

    int maxWaitingLaunches() {
        return maxWaitingLaunches;
    }

    int maxLargePipes() {
        return maxLargePipes;
    }

    Duration postKillTimeout() {
        return postKillTimeout;
    }

    boolean subreaper() {
        return subreaper;
    }

    /** Which implementation of the launcher. */
    public enum Kind {
        /** The native one where this machine allows it, else that of the JDK, which is said once in the log. */
        AUTO,
        /** {@code posix_spawn}, pidfds and epoll. */
        NATIVE,
        /** {@link java.lang.Process}, with threads for each child and fewer abilities. */
        JDK
    }
}
