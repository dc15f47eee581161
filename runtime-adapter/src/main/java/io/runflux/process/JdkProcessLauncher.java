// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.runflux.process.ProcessStartException.Reason;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/**
 * The launcher over {@link ProcessBuilder}, for where there is no native one. It keeps the contract at the price of
 * threads: one waits for each child, one reads each of its pipes, and one more writes while something is sent; the JDK
 * adds its own. Launches are started by as many threads as the native launcher has spawners, behind the same bounded
 * queue. All threads are daemons, named {@code runflux-jdk-…}, and signals are emitted on them. It differs in this:
 *
 * <ul>
 *   <li>What the JDK cannot do fails with {@link Reason#NOT_SUPPORTED}: argv[0], descriptors from 3 on and open
 *       descriptors of this JVM, FIFOs as files, a terminal, a root directory, a group or session, the parent-death
 *       signal, credentials, capabilities, limits, umask, nice value, processors, no-new-privileges. A pipe size is
 *       passed over.
 *   <li>argv[0] is always the path, also of a program that was looked up, and text is encoded by the JVM's locale.
 *   <li>A script without {@code #!} is run by {@code /bin/sh}, and only the native launcher refuses it.
 *   <li>The null device is opened for one direction only.
 *   <li>The JDK reports a death by signal as 128 + number, so an exit with a code from 129 to 192 is taken for one.
 *       Codes outside 0 to 255 (Windows) are unknown ends, and resource usage is never told.
 *   <li>Only {@code SIGTERM} and {@code SIGKILL} can be sent; others fail with a {@link ProcessException}.
 *   <li>If a process exits within about a millisecond of its start, the JDK may close its pipes before they are read:
 *       what it wrote is kept, but a grandchild that still writes is killed by {@code SIGPIPE}.
 *   <li>The end of an output is noticed by reading, so only when there is demand. A read that waits cannot be woken:
 *       after a cancel the process's next write may still succeed, and a thread may stay behind until whatever holds
 *       the other end lets go of it. So may one that writes, and the input is closed only after that write.
 *   <li>Nothing can be listened for: {@link #listenForTerminal()} and {@link #listenForProcess()} fail.
 *   <li>A process that is {@linkplain #watch watched} is looked at every 100 milliseconds, and its status is unknown.
 * </ul>
 */
final class JdkProcessLauncher implements ProcessLauncher {
    private final Duration postKillTimeout;
    private final int maxWaitingLaunches;
    private final ThreadPoolExecutor starters;
    private final ExecutorService threads;

    /** What has begun to start, runs or is watched, and was not released; with the flag, guarded by this. */
    private final Set<JdkOwned> owned = new LinkedHashSet<>();

    private boolean isDisposed;
    private final AtomicReference<@Nullable Mono<Void>> end = new AtomicReference<>();

    JdkProcessLauncher(ProcessLauncherBuilder settings) {
        postKillTimeout = settings.postKillTimeout();
        maxWaitingLaunches = settings.maxWaitingLaunches();
        starters = new ThreadPoolExecutor(
                settings.spawnerThreads(),
                settings.spawnerThreads(),
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(maxWaitingLaunches),
                daemons("runflux-jdk-starter-"));
        threads = Executors.newCachedThreadPool(daemons("runflux-jdk-"));
    }

    private static ThreadFactory daemons(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public Mono<RunningProcess> launch(ProcessSpec spec) {
        Objects.requireNonNull(spec, "spec");
        return HandOver.mono(subscriber -> new JdkLaunch(this, spec, subscriber));
    }

    void start(JdkLaunch launch) {
        if (!own(launch)) {
            refuse(launch);
            return;
        }
        try {
            starters.execute(launch);
        } catch (RejectedExecutionException disposedOrFull) {
            refuse(launch);
        }
    }

    private void refuse(JdkLaunch launch) {
        if (isDisposed()) {
            launch.reject(Reason.DISPOSED, "the launcher was disposed of");
        } else {
            launch.reject(Reason.TOO_MANY_LAUNCHES, maxWaitingLaunches + " launches are waiting");
        }
    }

    @Override
    public Mono<WatchedProcess> watch(int pid) {
        return Mono.fromSupplier(() -> watchNow(pid));
    }

    private WatchedProcess watchNow(int pid) {
        ProcessHandle handle = ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .orElseThrow(() -> new ProcessAlreadyExitedException(pid));
        JdkWatchedProcess watched = new JdkWatchedProcess(handle, this);
        if (!own(watched)) {
            throw new ProcessException("cannot watch process " + pid + ": the launcher was disposed of", null);
        }
        watched.begin();
        return watched;
    }

    @Override
    public boolean isNative() {
        return false;
    }

    @Override
    public Mono<Void> disposeLater(Duration grace) {
        if (grace.isNegative()) {
            throw new IllegalArgumentException("grace must not be negative, was " + grace);
        }
        return Mono.defer(() -> {
            end.compareAndSet(null, endAll(grace).cache());
            return Objects.requireNonNull(end.get());
        });
    }

    private Mono<Void> endAll(Duration grace) {
        return Mono.defer(() -> awaitAll(refuseNew(), JdkOwned::started))
                .then(Mono.defer(() -> terminateAll(grace)))
                .then(Mono.defer(() -> awaitAll(owned(), JdkOwned::release)))
                .onErrorMap(error -> Exceptions.unwrapMultiple(error).get(0))
                .doFinally(signal -> threads.shutdown());
    }

    private List<JdkOwned> refuseNew() {
        synchronized (this) {
            isDisposed = true;
        }
        starters.shutdown();
        return owned();
    }

    private Mono<Void> terminateAll(Duration grace) {
        return grace.isZero()
                ? Mono.empty()
                : awaitAll(owned(), JdkOwned::terminate).timeout(grace, Mono.empty());
    }

    private static Mono<Void> awaitAll(List<JdkOwned> all, Function<JdkOwned, Mono<Void>> step) {
        return Mono.whenDelayError(all.stream().map(step).toList());
    }

    @Override
    public synchronized int processes() {
        return owned.size();
    }

    private synchronized List<JdkOwned> owned() {
        return List.copyOf(owned);
    }

    /** Returns false once the launcher was disposed of. */
    synchronized boolean own(JdkOwned one) {
        return !isDisposed && owned.add(one);
    }

    synchronized void disown(JdkOwned one) {
        owned.remove(one);
    }

    /** Puts what was started in the place of its launch, even while the launcher ends. */
    synchronized void replace(JdkOwned launch, JdkOwned process) {
        owned.remove(launch);
        owned.add(process);
    }

    synchronized boolean isDisposed() {
        return isDisposed;
    }

    ExecutorService threads() {
        return threads;
    }

    Duration postKillTimeout() {
        return postKillTimeout;
    }
}
