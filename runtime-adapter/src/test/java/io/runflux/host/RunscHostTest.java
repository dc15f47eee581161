// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.OciRuntime;
import io.runflux.runtime.OciRuntimes;
import io.runflux.runtime.RuntimeConfig;
import io.runflux.testing.RequiresRoot;
import io.runflux.testing.RequiresRuntime;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;

@Tag("once")
@RequiresRoot
@RequiresRuntime("runsc")
class RunscHostTest extends ContainerHostContract {
    @Override
    public boolean closesItsInput() {
        return false;
    }

    @Override
    public boolean sizesTerminalsAtOnce() {
        return false;
    }

    /** The kernel makes no user namespace for a process whose root is not that of its mount namespace. */
    @Override
    OciRuntime open(ProcessLauncher launcher, Path root) {
        return OciRuntimes.runsc(
                launcher,
                RuntimeConfig.builder(Path.of("/usr/bin/runsc"))
                        .root(root)
                        .flags(Map.of("platform", "ptrace", "network", "none"))
                        .commandPrefix(List.of("/usr/bin/nsenter", "--mount=/proc/self/ns/mnt", "--"))
                        .build());
    }
}
