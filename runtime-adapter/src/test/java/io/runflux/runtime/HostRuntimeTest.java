// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static io.runflux.runtime.Fixtures.TIMEOUT;

import io.runflux.process.ProcessLauncher;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class HostRuntimeTest implements OciRuntimeContract {
    private final ProcessLauncher launcher = ProcessLauncher.create();

    private Path directory;

    private OciRuntime runtime;

    @BeforeEach
    void makeRuntime(@TempDir Path temporary) {
        directory = temporary;
        runtime = OciRuntimes.host(launcher, HostRuntimeConfig.defaults().withRoot(directory.resolve("state")));
    }

    @AfterEach
    void disposeOfLauncher() {
        launcher.disposeLater(Duration.ZERO).block(TIMEOUT);
    }

    @Override
    public OciRuntime runtime() {
        return runtime;
    }

    @Override
    public Path directory() {
        return directory;
    }
}
