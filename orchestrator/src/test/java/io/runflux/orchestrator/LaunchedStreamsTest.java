// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.stdio.StdioUri;
import io.runflux.stdio.UpstreamOptions;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchedStreamsTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    @TempDir
    private Path directory;

    private LaunchedStreams streams() {
        LaunchStreams wanted = LaunchStreams.none().withLog(StdioUri.file(directory.resolve("log")));
        LaunchRequest request =
                LaunchRequest.bundle(ContainerId.of("c1"), directory).withStreams(wanted);
        return new LaunchedStreams(
                request, UpstreamOptions.defaults().withAllowedRoots(directory), OrchestratorMeters.none());
    }

    @Test
    void open_afterItWasClosed_opensNothing() {
        LaunchedStreams streams = streams();
        streams.close().block(LIMIT);

        streams.open().block(LIMIT);

        assertThat(directory.resolve("log")).doesNotExist();
    }

    @Test
    void open_twice_opensOnceAndIsClosed() {
        LaunchedStreams streams = streams();
        streams.open().block(LIMIT);
        streams.open().block(LIMIT);

        streams.close().block(LIMIT);

        assertThat(directory.resolve("log")).exists();
        streams.closed().block(LIMIT);
    }
}
