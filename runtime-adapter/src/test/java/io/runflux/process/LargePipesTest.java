// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Pipes that grow, of children that run; each goes on to live when the test has looked at its pipes. What should grow
 * is fed until it has: where reader and writer keep pace on two processors, tens of MiB pass without a wait.
 */
class LargePipesTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int MEBIBYTES = 64;
    private static final String READER = "cat > /dev/null; exec sleep 60";

    private final ByteBuf mebibyte = Unpooled.directBuffer(1 << 20).writeZero(1 << 20);
    private ProcessLauncher launcher = ProcessLauncher.create();

    @BeforeEach
    void assumeThatPipesMayGrow() {
        assumeTrue(LargePipes.areAllowed(), "the kernel grants this user no large pipes at present");
    }

    @AfterEach
    void dispose() {
        launcher.disposeLater(Duration.ZERO).block(LIMIT);
        mebibyte.release();
    }

    @Test
    void fastStreams_grow() {
        launcherWith(32);
        RunningProcess process = launch(sh("exec cat").stdout(Stdio.pipe()));

        Mono.when(process.send(inputUntilLarge(process, 0, 1)), process.stdout().then())
                .block(LIMIT);
    }

    @ParameterizedTest
    @CsvSource({"32, 65536", "0, 0"})
    void fastStreams_notAllowedOrOfAGivenSize_keepIt(int allowed, int given) {
        launcherWith(allowed);
        RunningProcess process =
                launch(sh("cat; exec sleep 60").stdout(Stdio.pipe()).pipeBytes(given));
        Mono<Long> copied = process.stdout()
                .scan(0L, (sum, buffer) -> sum + buffer.readableBytes())
                .filter(sum -> sum == (long) MEBIBYTES << 20)
                .next();

        Mono.when(process.send(input()), copied).block(LIMIT);

        assertThat(List.of(LargePipes.bytes(process, 0), LargePipes.bytes(process, 1)))
                .containsOnly(65536);
    }

    /** The child has the other end for as long as it lives. */
    @Test
    void fastInput_afterItsEnd_countsUntilTheProcessHasEnded() {
        launcherWith(1);
        RunningProcess first = launch(sh(READER));
        first.send(inputUntilLarge(first, 0)).block(LIMIT);
        RunningProcess second = launch(sh(READER));
        second.send(input()).block(LIMIT);
        assertThat(LargePipes.bytes(second, 0)).isLessThan(PipeGrowth.LARGE_BYTES);

        first.release().block(LIMIT);

        RunningProcess third = launch(sh(READER));
        third.send(inputUntilLarge(third, 0)).block(LIMIT);
    }

    @Test
    void maxLargePipes_negative_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProcessLauncher.builder().maxLargePipes(-1))
                .withMessage("large pipes must be 0 or more, were -1");
    }

    private Flux<ByteBuf> input() {
        return Flux.range(0, MEBIBYTES).map(i -> mebibyte.retainedDuplicate());
    }

    private Flux<ByteBuf> inputUntilLarge(RunningProcess process, Integer... descriptors) {
        return input().repeat(() -> Arrays.stream(descriptors)
                .anyMatch(descriptor -> LargePipes.bytes(process, descriptor) < PipeGrowth.LARGE_BYTES));
    }

    private void launcherWith(int maxLargePipes) {
        launcher.disposeLater(Duration.ZERO).block(LIMIT);
        launcher = ProcessLauncher.builder()
                .kind(ProcessLauncherBuilder.Kind.NATIVE)
                .maxLargePipes(maxLargePipes)
                .build();
    }

    private RunningProcess launch(ProcessSpec.Builder spec) {
        return Objects.requireNonNull(launcher.launch(spec.build()).block(LIMIT));
    }

    private static ProcessSpec.Builder sh(String script) {
        return ProcessSpec.program(Path.of("/bin/sh")).arguments("-c", script).stdin(Stdio.pipe());
    }
}
