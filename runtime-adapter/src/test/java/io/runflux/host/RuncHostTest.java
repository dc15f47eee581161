// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.OciRuntime;
import io.runflux.runtime.OciRuntimes;
import io.runflux.runtime.RuntimeConfig;
import io.runflux.testing.RequiresRoot;
import io.runflux.testing.RequiresRuntime;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

@Tag("once")
@RequiresRoot
@RequiresRuntime("runc")
class RuncHostTest extends ContainerHostContract {
    @Override
    OciRuntime open(ProcessLauncher launcher, Path root) {
        return OciRuntimes.runc(
                launcher,
                RuntimeConfig.builder(Path.of("/usr/sbin/runc")).root(root).build());
    }
}
