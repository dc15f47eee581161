// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.nio.file.Path;

/**
 * The programs of other languages, which {@code benchmarks/run} builds where there is a compiler. What was not built is
 * left out, and the table says so.
 *
 * @param directory where they lie
 */
public record Peers(Path directory) {
    /** Go, with os/exec and go-runc. */
    public static final String GO = "Go";

    /** C, with posix_spawn, pidfds and epoll: the practical limit. */
    public static final String C = "C";

    /**
     * Returns those that were built, or where the property {@code peers} says.
     *
     * @return the peers
     */
    static Peers find() {
        return new Peers(
                Path.of(System.getProperty("peers", "benchmarks/target/peers")).toAbsolutePath());
    }

    /**
     * Returns the program written in Go.
     *
     * @return its path
     */
    public Path go() {
        return directory.resolve("go-peer");
    }

    /**
     * Returns the program written in C.
     *
     * @return its path
     */
    public Path c() {
        return directory.resolve("c-peer");
    }

    /**
     * Returns a runtime that has no containers but processes, and answers at once: what a call costs beside it is the
     * caller's own.
     *
     * @return its path
     */
    public Path fakeRuntime() {
        return directory.resolve("fake-runtime");
    }

    /**
     * Returns the shell that has containers live.
     *
     * @return its path
     */
    public Path lifecycle() {
        return directory.resolve("lifecycle.sh");
    }

    /**
     * Returns the shell that runs processes in a container.
     *
     * @return its path
     */
    public Path exec() {
        return directory.resolve("exec.sh");
    }
}
