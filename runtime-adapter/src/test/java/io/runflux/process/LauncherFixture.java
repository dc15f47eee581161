// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.runflux.events.ExitStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.test.StepVerifier;

/** What the parts of the contract share: the launcher under test, where it may differ, and a few words. */
interface LauncherFixture {
    Duration TIMEOUT = Duration.ofSeconds(20);

    /** How long nothing has to happen before a test believes that nothing happens. */
    Duration QUIET = Duration.ofMillis(300);

    /** The launcher under test, disposed of after each. */
    ProcessLauncher launcher();

    /** Another one of the same kind, with settings of its own; the test disposes of it. */
    ProcessLauncher launcher(UnaryOperator<ProcessLauncherBuilder> settings);

    /** Whether it is the kernel that tells a code above 128 from a signal, and no convention. */
    default boolean tellsCodeFromSignal() {
        return true;
    }

    /** Whether it can send more than SIGTERM and SIGKILL. */
    default boolean sendsAnySignal() {
        return true;
    }

    /** Whether a script without an interpreter line is refused, and not given to a shell. */
    default boolean refusesScriptWithoutInterpreter() {
        return true;
    }

    @AfterEach
    default void disposeOfLauncher() {
        StepVerifier.create(launcher().disposeLater(Duration.ZERO))
                .expectComplete()
                .verify(TIMEOUT);
    }

    static ProcessSpec.Builder sh(String script) {
        return ProcessSpec.program(Path.of("/bin/sh"))
                .arguments("-c", script)
                .environment("PATH", "/usr/local/bin:/usr/bin:/bin");
    }

    static ProcessSpec.Builder program(String path, String... arguments) {
        return ProcessSpec.program(Path.of(path)).arguments(arguments);
    }

    /** A process that does nothing for longer than any test. */
    static ProcessSpec sleeper() {
        return program("/bin/sleep", "1000").build();
    }

    default RunningProcess launch(ProcessSpec.Builder spec) {
        return launch(spec.build());
    }

    default RunningProcess launch(ProcessSpec spec) {
        return await(launcher().launch(spec));
    }

    default CapturedOutput capture(ProcessSpec.Builder spec) {
        return await(launcher()
                .capture(
                        spec.stdout(Stdio.pipe()).build(),
                        CaptureLimits.defaults().withDrainTimeout(TIMEOUT)));
    }

    static <T> T await(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(TIMEOUT));
    }

    static ExitStatus exitOf(WatchedProcess process) {
        return await(process.exit());
    }

    static Mono<String> text(ByteBufFlux stream) {
        return stream.aggregate().asString(StandardCharsets.UTF_8).defaultIfEmpty("");
    }

    static Mono<Long> checksum(ByteBufFlux stream) {
        return stream.collect(CRC32::new, LauncherFixture::add).map(CRC32::getValue);
    }

    static void add(CRC32 sum, ByteBuf buffer) {
        sum.update(buffer.nioBuffer());
    }

    static long checksum(byte[] bytes) {
        CRC32 sum = new CRC32();
        sum.update(bytes);
        return sum.getValue();
    }

    static Flux<ByteBuf> buffers(byte[] bytes, int size) {
        return Flux.range(0, (bytes.length + size - 1) / size)
                .map(i -> Unpooled.copiedBuffer(bytes, i * size, Math.min(size, bytes.length - i * size)));
    }

    /** Waits until it is so and stays so: what was begun may not have got far when it is first looked for. */
    static void awaitLasting(String what, BooleanSupplier condition) {
        AtomicInteger looks = new AtomicInteger();
        awaitUntil(what, () -> (condition.getAsBoolean() ? looks.incrementAndGet() : looks.getAndSet(0)) >= 40);
    }

    static void awaitUntil(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(MILLISECONDS.toNanos(5));
        }
        assertThat(condition.getAsBoolean()).as(what).isTrue();
    }
}
