// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.oci.Hook;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;

/** Many hooks at once. */
@Tag("once")
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class HookScaleTest extends HookFixture {
    private static final int RUNS = 1000;
    private static final int IN_FLIGHT = 64;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final byte[] STATE = new byte[100_000];

    @Test
    void thousandHooks_readAndWriteAndLeaveNothing() throws Exception {
        runAll(hook("/bin/true"), HookOptions.defaults(), IN_FLIGHT);
        long descriptors = openDescriptors();
        int threads = Thread.getAllStackTraces().size();
        LongAdder bytes = new LongAdder();
        HookOutput counted = HookOutput.into(stream -> stream.doOnNext(buffer -> bytes.add(buffer.readableBytes())));
        HookOptions options = HookOptions.defaults().withStdout(counted).withTimeout(LIMIT);

        List<HookResult> results = runAll(hook("/bin/cat"), options, RUNS);

        assertThat(results).hasSize(RUNS).allMatch(HookResult::isSuccess);
        assertThat(bytes.sum()).isEqualTo((long) RUNS * STATE.length);
        assertNothingLeft(descriptors, threads);
    }

    @Test
    void hundredsOfHooks_killedInAllWays_leaveNothing() throws Exception {
        runAll(hook("/bin/true"), HookOptions.defaults(), IN_FLIGHT);
        long descriptors = openDescriptors();
        int threads = Thread.getAllStackTraces().size();
        List<HookResult> results = new ArrayList<>();
        for (Duration limit : List.of(Duration.ZERO, Duration.ofMillis(2))) {
            HookOptions options = HookOptions.defaults()
                    .withStdout(HookOutput.into(stream -> stream))
                    .withTimeout(limit);
            results.addAll(runAll(hook("/bin/sleep", "sleep", "1000"), options, RUNS / 8));
            results.addAll(runAll(hook("/bin/sleep", "sleep", "1000"), options.withKillsGroup(true), RUNS / 8));
        }

        assertThat(results).hasSize(RUNS / 2).allSatisfy(result -> assertThat(result.hookError())
                .hasMessageEndingWith("signal SIGKILL"));
        assertNothingLeft(descriptors, threads);
    }

    private List<HookResult> runAll(Hook hook, HookOptions options, int count) {
        return Objects.requireNonNull(Flux.range(0, count)
                .flatMap(i -> runner.run(hook, STATE, options), IN_FLIGHT)
                .collectList()
                .block(LIMIT));
    }

    /** Everything is gone when the last result is there: a run ends with its release. */
    private static void assertNothingLeft(long descriptors, int threads) throws Exception {
        assertThat(ProcessHandle.current().children()).isEmpty();
        assertThat(openDescriptors()).isLessThanOrEqualTo(descriptors);
        assertThat(Thread.getAllStackTraces().size()).isLessThanOrEqualTo(threads + 2);
    }

    private static long openDescriptors() throws Exception {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
