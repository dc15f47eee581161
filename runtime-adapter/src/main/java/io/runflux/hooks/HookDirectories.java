// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import io.runflux.files.TrustedFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Directories of hook files, as podman and CRI-O have them.
 *
 * <p>A hook file is one whose name ends in {@code .json}, of version 1.0.0 or 0.1.0. Of files of the same name the one
 * in the latest directory counts, unless it cannot be used. Fields that no version has are ignored.
 *
 * <p>Hooks run as the user of this JVM, so a file counts only if none but root and that user could have written it: it,
 * its directory, the program that it names, and every directory and symbolic link on the way to each must belong to one
 * of the two, and may be writable by the owner alone. Only above the hook directory and the program may a directory,
 * such as {@code /tmp}, be writable by others, if it is sticky. The program must be there and executable when its file
 * is read, also if it is called in the container; what it reads and runs in turn, such as a script that its arguments
 * name, is not looked at.
 *
 * <p>A file or directory that cannot be used is reported and hinders no other. At most {@value #MAX_FILES} hook files a
 * directory and {@value #MAX_FILE_BYTES} bytes a file are read; more is an error of the directory or the file.
 * Immutable and safe for concurrent use.
 */
public final class HookDirectories {
    /** How many hook files a directory may hold. */
    public static final int MAX_FILES = 1_000;

    /** How long a hook file may be, in bytes. */
    public static final int MAX_FILE_BYTES = 1 << 20;

    /** How long a watch rests between two looks. */
    public static final Duration WATCH_INTERVAL = Duration.ofSeconds(1);

    private final List<Path> directories;
    private final Set<String> extensionStages;

    private HookDirectories(List<Path> directories, Set<String> extensionStages) {
        this.directories = directories;
        this.extensionStages = extensionStages;
    }

    /**
     * Returns directories without extension stages.
     *
     * @param directories absolute paths; a file of a later one counts in place of one of the same name of an earlier
     * @return the directories
     * @throws IllegalArgumentException if a path is not absolute
     */
    public static HookDirectories of(List<Path> directories) {
        List<Path> copy = List.copyOf(directories);
        for (Path directory : copy) {
            if (!directory.isAbsolute()) {
                throw new IllegalArgumentException("hook directory must be an absolute path, was '" + directory + "'");
            }
        }
        return new HookDirectories(copy, Set.of());
    }

    /**
     * Returns the directories of the system, without extension stages: {@code /usr/share/containers/oci/hooks.d}, and
     * {@code /etc/containers/oci/hooks.d}, whose files count before those of the same names in the other.
     *
     * @return the directories
     */
    public static HookDirectories defaults() {
        return of(List.of(Path.of("/usr/share/containers/oci/hooks.d"), Path.of("/etc/containers/oci/hooks.d")));
    }

    /**
     * Returns a copy with other extension stages.
     *
     * @param value the stages whose hooks the caller calls itself, beside those of the specification or in place of
     *     them, such as podman's {@code precreate} and {@code poststop}; none by default
     * @return the copy
     * @throws IllegalArgumentException if a stage is blank
     */
    public HookDirectories withExtensionStages(Set<String> value) {
        Set<String> stages = Set.copyOf(value);
        for (String stage : stages) {
            if (stage.isBlank()) {
                throw new IllegalArgumentException("extension stage must have a name, was '" + stage + "'");
            }
        }
        return new HookDirectories(directories, stages);
    }

    /**
     * Reads the hook files. A directory that is not there is one without files.
     *
     * @return the hooks and what could not be used, never empty; fails only with an {@link UncheckedIOException}, if
     *     {@code /proc} does not tell the user of this JVM. Every subscription reads the files anew, on
     *     {@link Schedulers#boundedElastic()}; cancelling drops what was read
     */
    public Mono<HookSet> load() {
        return scan().map(HookScan::toHookSet).checkpoint("load hook directories");
    }

    /**
     * Reads the hook files again and again, and emits what it read first and then whatever differs from what it read
     * before: hooks, or what could not be used. It rests for {@link #WATCH_INTERVAL} after each look. What is undone
     * before the next look is not noticed; changes of what a link leads to, and of owner and mode of files and
     * programs, are.
     *
     * <p>A file that is written slowly can be read half written, is an error then, and is put right by the next look;
     * renaming a whole file into place avoids it. A subscriber that asks for less than there is gets the latest set,
     * and misses those between.
     *
     * @return the sets, without an end; fails with a {@link HookFileException} if a directory is not there, or no
     *     longer, and with an {@link UncheckedIOException} as {@link #load()} does. Each subscription has a watch of
     *     its own, which holds neither a thread nor a descriptor between its looks; those are on
     *     {@link Schedulers#boundedElastic()}. Cancelling ends it
     */
    public Flux<HookSet> watch() {
        return watch(WATCH_INTERVAL, Schedulers.parallel());
    }

    Flux<HookSet> watch(Duration interval, Scheduler timer) {
        Objects.requireNonNull(interval, "interval");
        return scan().repeatWhen(looks -> looks.delayElements(interval, timer))
                .handle(HookDirectories::emitUnlessMissing)
                .distinctUntilChanged(Content::of)
                .onBackpressureLatest()
                .checkpoint("watch hook directories");
    }

    /** Never interrupts the work, which is short: cancelling drops its outcome. */
    private Mono<HookScan> scan() {
        return Mono.create(sink -> Schedulers.boundedElastic().schedule(() -> scan(sink)));
    }

    private void scan(MonoSink<HookScan> sink) {
        try {
            HookScan scan = new HookScan(TrustedFiles.ofThisUser(), extensionStages);
            directories.forEach(scan::add);
            sink.success(scan);
        } catch (IOException e) {
            sink.error(new UncheckedIOException(e));
        } catch (Throwable e) {
            sink.error(e);
        }
    }

    private static void emitUnlessMissing(HookScan scan, SynchronousSink<HookSet> sink) {
        scan.firstMissing().ifPresentOrElse(sink::error, () -> sink.next(scan.toHookSet()));
    }

    /** What makes two sets differ: errors are never equal, and their texts are. */
    private record Content(List<HookFile> hooks, List<String> errors) {
        static Content of(HookSet set) {
            return new Content(
                    set.hooks(),
                    set.errors().stream().map(Throwable::getMessage).toList());
        }
    }
}
