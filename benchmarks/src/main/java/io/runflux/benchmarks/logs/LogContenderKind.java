// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.logs;

/** Who writes the output of a container to a file. All write the CRI format, which conmon calls k8s-file. */
public enum LogContenderKind {
    /** Runflux, into one file, waiting for the disk where it must. */
    RUNFLUX("Runflux"),
    /** Runflux, into files of 10 MiB. */
    RUNFLUX_ROTATING("Runflux, rotating every 10 MiB"),
    /** Runflux, into files of 10 MiB, with a reader that follows. */
    RUNFLUX_FOLLOWED("Runflux, rotating every 10 MiB, and a reader that follows"),
    /** conmon, into one file, without the fsync at its end. */
    CONMON("conmon");

    private final String label;

    LogContenderKind(String label) {
        this.label = label;
    }

    /**
     * Returns the name for people.
     *
     * @return the label
     */
    public String label() {
        return label;
    }

    LogContender open(LogContainer container) {
        return switch (this) {
            case RUNFLUX -> new RunfluxLogContender(container, "0", false);
            case RUNFLUX_ROTATING -> new RunfluxLogContender(container, "10m", false);
            case RUNFLUX_FOLLOWED -> new RunfluxLogContender(container, "10m", true);
            case CONMON -> new ConmonLogContender(container);
        };
    }
}
