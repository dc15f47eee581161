// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

import io.runflux.process.ProcessLauncher;

/** Who launches, within a JVM. */
public enum Launcher {
    /** Runflux as it comes: spawner threads, event loops of Reactor Netty. */
    RUNFLUX("Runflux"),
    /** Runflux spawning on the event loop itself. */
    RUNFLUX_ON_LOOP("Runflux, spawning on the loop"),
    /** {@link ProcessBuilder} with a thread for each launch in flight. */
    PROCESS_BUILDER("ProcessBuilder"),
    /** {@link ProcessBuilder} with a virtual thread for each launch in flight, which takes Java 21. */
    VIRTUAL_THREADS("ProcessBuilder, virtual threads, JDK 25"),
    /** NuProcess, with its own threads as they come. */
    NUPROCESS("NuProcess");

    private final String label;

    Launcher(String label) {
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

    /**
     * Opens it.
     *
     * @param child what is launched
     * @param inFlight how many launches are to be under way at once
     * @return the contender, which the caller closes
     */
    Contender open(Child child, int inFlight) {
        return switch (this) {
            case RUNFLUX -> new RunfluxContender(ProcessLauncher.create(), child);
            case RUNFLUX_ON_LOOP ->
                new RunfluxContender(
                        ProcessLauncher.builder().spawnOnEventLoop(true).build(), child);
            case PROCESS_BUILDER -> new ProcessBuilderContender(child, ProcessBuilderContender.platform(inFlight));
            case VIRTUAL_THREADS -> new ProcessBuilderContender(child, ProcessBuilderContender.virtual());
            case NUPROCESS -> new NuProcessContender(child);
        };
    }
}
