// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.runtime;

import io.runflux.benchmarks.launch.Contender;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Param;

/** How long it takes until a container is started: one that was created before, or one that must be created. */
public class WarmPoolBenchmark extends RuntimeLoop {
    /** Whether there is a pool. */
    @Param("true")
    public boolean isWarm;

    /** Makes an instance, which JMH then fills in. */
    public WarmPoolBenchmark() {}

    @Override
    protected Contender open(Path binary, Path state, Path of) {
        return new Starts(binary, state, of, isWarm);
    }
}
