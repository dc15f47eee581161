// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

import java.nio.file.Path;

/** Who has children alive, within a JVM. */
public enum Holder {
    /** Runflux. */
    RUNFLUX,
    /** {@link ProcessBuilder}, with a thread that reads the output of each, if there is any. */
    PROCESS_BUILDER,
    /** NuProcess, which always makes pipes. */
    NUPROCESS;

    LiveContender open(Path child, boolean hasOutput) {
        return switch (this) {
            case RUNFLUX -> new RunfluxLiveContender(child, hasOutput);
            case PROCESS_BUILDER -> new ProcessBuilderLiveContender(child, hasOutput);
            case NUPROCESS -> new NuProcessLiveContender(child);
        };
    }
}
