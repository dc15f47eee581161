// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.netty.buffer.ByteBuf;
import io.runflux.oci.OciJson;
import io.runflux.oci.OciProcess;
import io.runflux.oci.Spec;
import io.runflux.oci.SpecDefaults;
import io.runflux.process.ProcessAlreadyExitedException;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.WatchedProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Bundles, commands and readers that the tests of this package share. */
final class Fixtures {
    static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    private Fixtures() {}

    static List<String> shell(String script) {
        return List.of("/bin/sh", "-c", script);
    }

    static OciProcess process(String script) {
        return OciProcess.of(shell(script)).withEnv(List.of("PATH=/bin:/usr/bin"));
    }

    /**
     * A bundle with a root file system of busybox alone, and a control group of its own: runtimes name it by the id
     * else, and kill all that is in it, another test run's container of the same id too. What is mounted on is there:
     * two of crun that make it at the same time get in each other's way.
     */
    static Path bundle(Path parent, List<String> args) {
        return bundle(parent, args, spec -> spec);
    }

    static Path bundle(Path parent, List<String> args, UnaryOperator<Spec> change) {
        try {
            Path bundle = Files.createTempDirectory(parent, "bundle").toRealPath();
            Path bin = Files.createDirectories(bundle.resolve("rootfs/bin"));
            for (String mounted : List.of("dev", "proc", "sys")) {
                Files.createDirectory(bundle.resolve("rootfs").resolve(mounted));
            }
            Files.copy(BUSYBOX, bin.resolve("busybox"));
            for (String applet :
                    List.of("sh", "sleep", "cat", "echo", "true", "false", "pwd", "id", "env", "stty", "setsid")) {
                Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
            }
            Spec generated = SpecDefaults.defaults().generate(bundle.resolve("rootfs"), args);
            String controlGroup = "/runflux-test-" + bundle.getFileName();
            Spec spec = generated.withLinux(
                    Objects.requireNonNull(generated.linux()).withCgroupsPath(controlGroup));
            OciJson.write(bundle.resolve(Spec.FILE_NAME), change.apply(spec));
            return bundle;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static Path script(Path directory, String text) throws IOException {
        Path file = directory.resolve("runtime.sh");
        Files.writeString(file, "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }

    static Mono<String> text(Flux<ByteBuf> bytes) {
        return bytes.map(buffer -> buffer.toString(StandardCharsets.UTF_8))
                .collectList()
                .map(parts -> String.join("", parts));
    }

    static Mono<String> textWhile(Mono<String> text, Mono<Void> action) {
        return Mono.zip(text, action.thenReturn(true), (said, done) -> said);
    }

    static <T> T await(Mono<T> mono) {
        T value = mono.block(TIMEOUT);
        if (value == null) {
            throw new AssertionError("completed empty");
        }
        return value;
    }

    static void complete(Mono<Void> mono) {
        mono.block(TIMEOUT);
    }

    /** Asks again and again, as long as the answer is not the one expected. */
    static <T> T awaitThat(Mono<T> question, java.util.function.Predicate<T> answer) {
        return await(question.filter(answer)
                .repeatWhenEmpty(empty -> empty.delayElements(Duration.ofMillis(10)))
                .timeout(TIMEOUT));
    }

    /**
     * Waits for the end of an orphan, and reaps it if it has become our child, because another test class made this JVM
     * a subreaper. Process 1 takes its time to reap, and is not waited for.
     */
    static void reap(ProcessLauncher launcher, int pid) {
        awaitThat(Mono.fromSupplier(() -> ProcFiles.startTime(pid).isEmpty()), hasEnded -> hasEnded);
        if (parentOf(pid) == ProcessHandle.current().pid()) {
            Mono.usingWhen(launcher.watch(pid), WatchedProcess::exit, WatchedProcess::release)
                    .onErrorComplete(ProcessAlreadyExitedException.class)
                    .block(TIMEOUT);
        }
    }

    private static long parentOf(int pid) {
        return ProcessHandle.of(pid)
                .flatMap(ProcessHandle::parent)
                .map(ProcessHandle::pid)
                .orElse(0L);
    }

    /** Reads the limit of processes of the control group, of either version, that a process is in. */
    static String pidsLimit(int pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/cgroup"))) {
            String[] parts = line.split(":", 3);
            Path group = Path.of("/sys/fs/cgroup", parts[1].equals("pids") ? "pids" : "", parts[2]);
            if (Files.exists(group.resolve("pids.max"))) {
                return Files.readString(group.resolve("pids.max")).strip();
            }
        }
        throw new AssertionError("process " + pid + " is in no control group that counts processes");
    }

    static List<Path> entries(Path directory) throws IOException {
        try (var entries = Files.list(directory)) {
            return entries.toList();
        }
    }
}
