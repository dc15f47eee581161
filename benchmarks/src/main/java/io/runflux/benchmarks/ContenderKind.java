// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import io.runflux.process.ProcessLauncher;
import java.util.List;

/** Who is measured. */
public enum ContenderKind {
    /** Runflux as it comes: spawner threads, event loops of Reactor Netty. */
    RUNFLUX("Runflux"),
    /** Runflux spawning on the event loop itself. */
    RUNFLUX_ON_LOOP("Runflux, spawning on the loop"),
    /** {@link ProcessBuilder} with a thread for each launch in flight. */
    PROCESS_BUILDER("ProcessBuilder"),
    /** NuProcess, with its own threads as they come. */
    NUPROCESS("NuProcess");

    private final String label;

    ContenderKind(String label) {
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

    Contender open(List<String> command, int inFlight) {
        return switch (this) {
            case RUNFLUX -> new RunfluxContender(ProcessLauncher.create(), command);
            case RUNFLUX_ON_LOOP ->
                new RunfluxContender(
                        ProcessLauncher.builder().spawnOnEventLoop(true).build(), command);
            case PROCESS_BUILDER -> new ProcessBuilderContender(command, inFlight);
            case NUPROCESS -> new NuProcessContender(command);
        };
    }

    Contender openForHooks(List<String> command, int inFlight) {
        return switch (this) {
            case RUNFLUX -> new RunfluxHookContender(ProcessLauncher.create(), command);
            case PROCESS_BUILDER -> new ProcessBuilderHookContender(command, inFlight);
            case RUNFLUX_ON_LOOP, NUPROCESS ->
                throw new IllegalArgumentException("'" + label + "' is not measured with hooks");
        };
    }
}
