// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.oci.Hook;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessLauncherBuilder.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A native launcher for real hooks, disposed of after each test, and a few words for them. */
abstract class HookFixture {
    static final Duration TIMEOUT = Duration.ofSeconds(20);
    static final byte[] NO_STATE = {};

    final ProcessLauncher launcher = ProcessLauncher.builder().kind(Kind.NATIVE).build();
    final HookRunner runner = HookRunner.of(launcher);

    @AfterEach
    void disposeOfLauncher() {
        launcher.disposeLater(Duration.ZERO).block(TIMEOUT);
    }

    static Hook hook(String path, String... args) {
        return new Hook(path, List.of(args), List.of(), null, Map.of());
    }

    static Hook sh(String script) {
        return hook("/bin/sh", "sh", "-c", script);
    }

    static Hook withEnv(Hook hook, String... env) {
        return new Hook(hook.path(), hook.args(), List.of(env), hook.timeout(), Map.of());
    }

    static Hook withTimeout(Hook hook, int seconds) {
        return new Hook(hook.path(), hook.args(), hook.env(), seconds, Map.of());
    }

    static Path script(Path file, String content) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + content + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    HookResult run(Hook hook) {
        return run(hook, NO_STATE, HookOptions.defaults());
    }

    HookResult run(Hook hook, HookOptions options) {
        return run(hook, NO_STATE, options);
    }

    HookResult run(Hook hook, byte[] state, HookOptions options) {
        return Objects.requireNonNull(runner.run(hook, state, options).block(TIMEOUT));
    }

    /** What the hook writes, which has to end well. */
    String output(Hook hook, byte[] state) {
        StringBuilder text = new StringBuilder();
        HookResult result = run(hook, state, HookOptions.defaults().withStdout(into(text)));
        assertThat(result.error()).isNull();
        return text.toString();
    }

    static HookOutput into(StringBuilder text) {
        return HookOutput.into(stream -> stream.asString(UTF_8).doOnNext(text::append));
    }

    static HookException hookErrorOf(HookResult result) {
        return Objects.requireNonNull(result.hookError());
    }

    static HookException errorOf(HookResult result) {
        return Objects.requireNonNull(result.error());
    }

    /** Completes once the file holds a whole line, such as a pid. */
    static Mono<Void> whenWritten(Path file) {
        return Flux.interval(Duration.ofMillis(5), Schedulers.boundedElastic())
                .onBackpressureDrop()
                .filter(tick -> content(file).endsWith("\n"))
                .next()
                .then();
    }

    static long pidIn(Path file) {
        return Long.parseLong(content(file).strip());
    }

    private static String content(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it is there and no zombie, which it may stay for a moment until the first process reaps it. */
    static boolean isRunning(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return !stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
        } catch (IOException gone) {
            return false;
        }
    }

    static void end(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    static void awaitUntil(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(MILLISECONDS.toNanos(5));
        }
        assertThat(condition.getAsBoolean()).as(what).isTrue();
    }
}
