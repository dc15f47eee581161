// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.process.ProcessLauncher;
import io.runflux.stdio.LogReader;
import io.runflux.stdio.LogRecord;
import io.runflux.stdio.LogStart;
import io.runflux.stdio.StdioUri;
import io.runflux.stdio.UpstreamIo;
import io.runflux.stdio.UpstreamOptions;
import io.runflux.testing.RequiresRoot;
import io.runflux.testing.RequiresRuntime;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** What a container writes as fast as it can, through a log that rotates while it is read. */
@Tag("once")
@RequiresRoot
@RequiresRuntime("runc")
class ContainerLogTest {
    private static final ContainerId ID = ContainerId.of("log");
    private static final int LINES = 1024 * 1024;
    private static final int LINE_BYTES = 100;

    @Test
    void rotatingLog_hundredMebibytesWithAFollower_everyByteOnceAndInOrder(@TempDir Path directory) throws Exception {
        Path logs = Files.createDirectory(directory.resolve("logs")).toRealPath();
        StdioUri uri = StdioUri.file(logs.resolve("log"))
                .with("format", "cri")
                .with("overflow", "wait")
                .with("max-size", "4m")
                .with("max-files", "100");
        UpstreamOptions options = UpstreamOptions.defaults().withAllowedRoots(logs);
        ProcessLauncher launcher = ProcessLauncher.builder().subreaper(true).build();
        OciRuntime runtime = RealRuntimes.RUNC.open(launcher, directory.resolve("state"), directory);
        Path bundle = bundleWriting(directory);
        NumberedLines seen = new NumberedLines();

        Mono<Void> run =
                Mono.usingWhen(UpstreamIo.open(uri, options), log -> runInto(log, runtime, bundle), UpstreamIo::close);
        Mono<Void> ended = run.cache();
        Mono<Void> followed = Mono.defer(() -> LogReader.of(uri, options)
                .follow(LogStart.beginning(), ended)
                .doOnNext(seen::add)
                .then());
        Mono.when(ended, followed).block(Duration.ofSeconds(60));

        assertThat(seen.count).isEqualTo(LINES);
        assertThat(Fixtures.entries(logs)).hasSizeGreaterThan(25);
        launcher.disposeLater(Duration.ZERO).block();
    }

    private static Mono<Void> runInto(UpstreamIo log, OciRuntime runtime, Path bundle) {
        CreateOptions pipes = CreateOptions.defaults().withStdio(ContainerStdio.outputPipes());
        return Mono.usingWhen(
                runtime.create(ID, bundle, pipes),
                process -> Mono.when(
                                log.sendStdout(process.stdout().retain()),
                                log.sendStderr(process.stderr().retain()),
                                runtime.start(ID).then(process.exit()))
                        .then(runtime.delete(ID, DeleteOptions.defaults())),
                ContainerProcess::release);
    }

    private static Path bundleWriting(Path directory) throws IOException {
        Path bundle = Fixtures.bundle(directory, List.of("/bin/cat", "/lines"));
        try (BufferedWriter lines = Files.newBufferedWriter(bundle.resolve("rootfs/lines"))) {
            for (int number = 0; number < LINES; number++) {
                lines.write(line(number));
            }
        }
        return bundle;
    }

    private static String line(int number) {
        String digits = Integer.toString(number);
        return digits + " ".repeat(LINE_BYTES - 1 - digits.length()) + "\n";
    }

    private static final class NumberedLines {
        private int count;

        void add(LogRecord record) {
            if (!record.text().equals(line(count))) {
                throw new AssertionError("line " + count + " was '" + record.text() + "'");
            }
            count++;
        }
    }
}
