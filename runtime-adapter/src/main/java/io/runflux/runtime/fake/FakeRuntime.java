// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.OciRuntime;
import io.runflux.runtime.OciRuntimes;
import io.runflux.runtime.RuntimeConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A runc 1.1.5 in memory, for tests: its states, its answers, its messages, its exit codes and its log are runc's, and
 * yet there is no binary, no process, no privilege and no waiting. What is tested against it is the client of
 * {@link OciRuntimes#runc} itself, with all its parsing, its errors and its cancellation.
 *
 * <p>It takes the place of what is below the client, the {@link #launcher()}. Its containers run {@link Program}s,
 * which are functions. Files that a command names are real: the configuration of the bundle, the pid file, the log.
 * Streams are pipes in memory of 64 KiB, and likewise terminals, which are not line editors: they echo nothing, and the
 * end of what is sent is the end of the input.
 *
 * <p>It differs from runc in that a signal ends the init of a container, too, unless the program
 * {@linkplain FakeProcess#catching catches} it; that a paused program goes on and gets its signals later; that a
 * restored container starts its program anew; that namespaces, mounts, control groups, hooks and users mean nothing;
 * and that what a container uses never changes but for its limits.
 *
 * <p>It owns a directory within {@code java.io.tmpdir}, which {@link #close()} removes. Safe for concurrent use.
 */
public final class FakeRuntime implements AutoCloseable {
    private final Path directory;
    private final Failpoints failpoints;
    private final Programs programs;
    private final FakeLauncher launcher;
    private final RuntimeConfig config;

    private FakeRuntime(Path directory, Scheduler clock) throws IOException {
        this.directory = directory;
        failpoints = new Failpoints(clock);
        programs = new Programs(clock);
        Path binary = Files.createFile(
                directory.resolve("runc"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        launcher = new FakeLauncher(directory, binary, self -> runc(self, clock));
        config = RuntimeConfig.builder(binary)
                .root(directory.resolve("state"))
                .temporaryDirectory(Files.createDirectory(directory.resolve("calls")))
                .build();
    }

    private FakeRunc runc(FakeLauncher self, Scheduler clock) {
        Containers containers = new Containers();
        return new FakeRunc(containers, new FakeStarts(containers, programs, self), failpoints, clock);
    }

    /**
     * Creates a fake that sleeps, waits and samples by the clock of {@code Schedulers.parallel()}. Blocks on files.
     *
     * @return a new fake, to be closed
     * @throws UncheckedIOException if its directory cannot be made
     */
    public static FakeRuntime create() {
        return create(Schedulers.parallel());
    }

    /**
     * Creates a fake with a clock of one's own, such as a virtual one. Blocks on files.
     *
     * @param clock the clock of {@code sleep}, of {@link Failpoint#delay} and of the interval of events
     * @return a new fake, to be closed
     * @throws UncheckedIOException if its directory cannot be made
     */
    public static FakeRuntime create(Scheduler clock) {
        Objects.requireNonNull(clock, "clock");
        try {
            return new FakeRuntime(Files.createTempDirectory("runflux-fake").toRealPath(), clock);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the directory of a fake runtime", e);
        }
    }

    /**
     * Returns a client of this fake.
     *
     * @return {@link OciRuntimes#runc(ProcessLauncher, RuntimeConfig)} of {@link #launcher()} and {@link #config()}
     */
    public OciRuntime runtime() {
        return OciRuntimes.runc(launcher, config);
    }

    /**
     * Returns what interprets the command lines, for a client with a monitor or settings of one's own. It launches the
     * binary of {@link #config()} and nothing else, with streams that are pipes, files or the null device; watches the
     * processes of its containers, and knows how they end; and gives out terminals. It is disposed of by
     * {@link #close()}.
     *
     * @return the launcher
     */
    public ProcessLauncher launcher() {
        return launcher;
    }

    /**
     * Returns how a client calls this fake: with a binary that is there to be found, and not to be executed.
     *
     * @return the configuration, in which everything but the binary can be changed
     */
    public RuntimeConfig config() {
        return config;
    }

    /**
     * Registers a program, in place of the one of that name, if there is one. There are already {@code true},
     * {@code false}, {@code echo}, {@code cat}, {@code sleep} with seconds, and a {@code sh -c} that knows these,
     * {@code exit}, {@code exec}, {@code kill -9 $$}, {@code >&2} after an echo, and sequences by {@code ;}.
     *
     * @param name the first word of the command line, the last name of its path, or, where the command is a shell's
     *     {@code -c}, the whole script
     * @param program what it does
     */
    public void program(String name, Program program) {
        programs.add(Objects.requireNonNull(name, "name"), Objects.requireNonNull(program, "program"));
    }

    /**
     * Lets a command go wrong from now on, in place of how it went wrong before.
     *
     * @param command the name of the command, such as {@code state}; {@code events} is the one for samples, too; or
     *     {@code --version} or {@code --help}
     * @param failpoint how
     */
    public void failpoint(String command, Failpoint failpoint) {
        failpoints.set(Objects.requireNonNull(command, "command"), Objects.requireNonNull(failpoint, "failpoint"));
    }

    /** Lets all commands go right from now on; those that are under way are not changed. */
    public void clearFailpoints() {
        failpoints.clear();
    }

    /**
     * Counts the commands that are under way: at least one for each attached process.
     *
     * @return how many, 0 if nothing is left
     */
    public int running() {
        return launcher.running();
    }

    /**
     * Kills all commands and all processes, and removes the directory. Blocks on files. Repeating does nothing.
     *
     * @throws UncheckedIOException if the directory cannot be removed
     */
    @Override
    public void close() {
        launcher.disposeLater(Duration.ZERO).block();
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> all = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : all) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + directory, e);
        }
    }
}
