// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.runtime;

import io.runflux.benchmarks.launch.Contender;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Param;

/** How long it takes to create a container, start it, see it to its end, and delete it. */
public class LifecycleBenchmark extends RuntimeLoop {
    /** Whether an orchestrator does it, with its guards and events; otherwise the client of the runtime alone. */
    @Param("false")
    public boolean isOrchestrated;

    /** Makes an instance, which JMH then fills in. */
    public LifecycleBenchmark() {}

    @Override
    protected Contender open(Path binary, Path state, Path of) {
        return isOrchestrated ? new OrchestratedLifecycle(binary, state, of) : new RuntimeLifecycle(binary, state, of);
    }
}
