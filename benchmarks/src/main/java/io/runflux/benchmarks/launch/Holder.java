// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

import java.nio.file.Path;

/** Who has children alive, within a JVM. */
public enum Holder {
    /** Runflux. */
    RUNFLUX,
    /** {@link ProcessBuilder}, with a thread that reads the output of each. */
    PROCESS_BUILDER,
    /** NuProcess. */
    NUPROCESS;

    LiveContender open(Path child) {
        return switch (this) {
            case RUNFLUX -> new RunfluxLiveContender(child);
            case PROCESS_BUILDER -> new ProcessBuilderLiveContender(child);
            case NUPROCESS -> new NuProcessLiveContender(child);
        };
    }
}
