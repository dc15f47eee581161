// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Many children, much output, and a JVM that is killed. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class NativeScaleTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    @Tag("once")
    void thousandChildren_takeAtMostTenThreadsAndLeaveNothing() throws Exception {
        ProcessLauncher launcher = nativeLauncher();
        ProcessSpec sleep = ProcessSpec.program(Path.of("/bin/sleep"))
                .arguments("600")
                .stdin(Stdio.pipe())
                .stdout(Stdio.pipe())
                .build();
        int threadsBefore = Thread.getAllStackTraces().size();

        List<RunningProcess> processes = Objects.requireNonNull(Flux.range(0, 1000)
                .flatMap(i -> launcher.launch(sleep), 64)
                .collectList()
                .block(LIMIT));
        int threadsMore = Thread.getAllStackTraces().size() - threadsBefore;
        List<Integer> pids = processes.stream().map(RunningProcess::pid).toList();
        launcher.disposeLater(Duration.ofSeconds(10)).block(LIMIT);

        assertThat(threadsMore).isLessThanOrEqualTo(10);
        assertThat(processes).hasSize(1000).allSatisfy(process -> assertThat(
                        process.exit().block(LIMIT))
                .isEqualTo(ExitStatus.signaled(Signal.TERM)));
        assertThat(pids.stream().filter(NativeScaleTest::isOurChild)).isEmpty();
    }

    @Test
    void oneGibibyteOfOutput_toASlowSubscriberInASmallHeap_arrivesWhole() throws Exception {
        Process jvm = java(List.of("-Xmx64m", "-XX:MaxDirectMemorySize=64m"), SlowReader.class);
        try (BufferedReader output = jvm.inputReader(StandardCharsets.UTF_8)) {
            String seen = output.readLine();
            assertThat(jvm.waitFor()).isZero();
            assertThat(seen).isEqualTo((1L << 30) + " " + checksumOf((byte) 'x', 1L << 30) + " exit status 0");
        }
    }

    @Test
    @Tag("once")
    void jvmKilled_childWithParentDeathSignal_diesWithIt() throws Exception {
        Process jvm = java(List.of(), Orphanage.class);
        try (BufferedReader output = jvm.inputReader(StandardCharsets.UTF_8)) {
            long child = Long.parseLong(Objects.requireNonNull(output.readLine()));
            ProcessHandle handle = ProcessHandle.of(child).orElseThrow();
            awaitProgram(child, "sleep");

            jvm.destroyForcibly().waitFor();

            assertThat(hasEnded(handle))
                    .as("sleep " + child + " died with its JVM")
                    .isTrue();
        }
    }

    private static Process java(List<String> options, Class<?> main) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Launches a child that is to die with this JVM, tells its pid, and waits to be killed. */
    static final class Orphanage {
        private Orphanage() {}

        public static void main(String[] args) {
            ProcessSpec sleep = ProcessSpec.program(Path.of("/bin/sleep"))
                    .arguments("600")
                    .parentDeathSignal(Signal.KILL)
                    .build();
            RunningProcess process =
                    Objects.requireNonNull(nativeLauncher().launch(sleep).block(LIMIT));
            System.out.println(process.pid());
            process.exit().block();
        }
    }

    /** Reads a GiB, a few buffers at a time with a rest in between, and tells what came. */
    static final class SlowReader {
        private SlowReader() {}

        public static void main(String[] args) {
            ProcessSpec spec = ProcessSpec.program(Path.of("/bin/sh"))
                    .arguments("-c", "head -c 1073741824 /dev/zero | tr '\\0' 'x'")
                    .inheritEnvironment()
                    .stdout(Stdio.pipe())
                    .build();
            ProcessLauncher launcher = nativeLauncher();
            RunningProcess process =
                    Objects.requireNonNull(launcher.launch(spec).block(LIMIT));
            SlowSubscriber subscriber = new SlowSubscriber();
            process.stdout().retain().subscribe(subscriber);
            ExitStatus status = process.exit().block();
            process.drained().block();
            System.out.println(subscriber.bytes + " " + subscriber.checksum.getValue() + " " + status);
            launcher.disposeLater(Duration.ZERO).block();
        }
    }

    private static final class SlowSubscriber extends BaseSubscriber<ByteBuf> {
        private static final int BATCH = 64;

        private final CRC32 checksum = new CRC32();
        private final byte[] copy = new byte[1 << 16];
        private long bytes;
        private int received;

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            request(BATCH);
        }

        @Override
        protected void hookOnNext(ByteBuf buffer) {
            int length = buffer.readableBytes();
            buffer.readBytes(copy, 0, length);
            buffer.release();
            checksum.update(copy, 0, length);
            bytes += length;
            if (++received % BATCH == 0) {
                Mono.delay(Duration.ofMillis(1)).subscribe(tick -> request(BATCH));
            }
        }
    }

    private static ProcessLauncher nativeLauncher() {
        return ProcessLauncher.builder()
                .kind(ProcessLauncherBuilder.Kind.NATIVE)
                .build();
    }

    private static boolean isOurChild(int pid) {
        return ProcessHandle.of(pid)
                .flatMap(ProcessHandle::parent)
                .filter(ProcessHandle.current()::equals)
                .isPresent();
    }

    private static void awaitProgram(long pid, String name) throws Exception {
        Path comm = Path.of("/proc", Long.toString(pid), "comm");
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!Files.readString(comm).strip().equals(name) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** The child may stay a zombie for a moment, until the first process of this machine reaps it. */
    private static boolean hasEnded(ProcessHandle handle) throws Exception {
        Path stat = Path.of("/proc", Long.toString(handle.pid()), "stat");
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (handle.isAlive() && System.nanoTime() < deadline) {
            if (Files.exists(stat) && Files.readString(stat).contains(") Z ")) {
                return true;
            }
            LockSupport.parkNanos(1_000_000);
        }
        return !handle.isAlive();
    }

    private static long checksumOf(byte value, long length) {
        byte[] block = new byte[1 << 20];
        Arrays.fill(block, value);
        CRC32 checksum = new CRC32();
        IntStream.range(0, (int) (length / block.length)).forEach(i -> checksum.update(block));
        return checksum.getValue();
    }
}
