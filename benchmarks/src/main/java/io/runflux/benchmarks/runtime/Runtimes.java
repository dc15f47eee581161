// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.runtime;

import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.OciRuntime;
import io.runflux.runtime.OciRuntimes;
import io.runflux.runtime.RuntimeConfig;
import java.nio.file.Path;

/** How a runtime is called. */
final class Runtimes {
    private Runtimes() {}

    /** A runtime whose name does not tell that it is crun is called as runc is. */
    static OciRuntime open(ProcessLauncher launcher, Path binary, Path root) {
        RuntimeConfig config = RuntimeConfig.builder(binary).root(root).build();
        return binary.endsWith("crun") ? OciRuntimes.crun(launcher, config) : OciRuntimes.runc(launcher, config);
    }
}
