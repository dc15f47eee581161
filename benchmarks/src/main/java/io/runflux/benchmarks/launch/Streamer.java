// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

/** Who streams, within a JVM. */
public enum Streamer {
    /** Runflux. */
    RUNFLUX,
    /** {@link ProcessBuilder}. */
    PROCESS_BUILDER,
    /** NuProcess. */
    NUPROCESS;

    StreamContender open(Child child) {
        return switch (this) {
            case RUNFLUX -> new RunfluxStreamContender(child);
            case PROCESS_BUILDER -> new ProcessBuilderStreamContender(child);
            case NUPROCESS -> new NuProcessStreamContender(child);
        };
    }
}
