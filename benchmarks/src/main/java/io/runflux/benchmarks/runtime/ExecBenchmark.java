// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.runtime;

import io.runflux.benchmarks.launch.Contender;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Param;

/** How long it takes to run a process in a container that runs, and see it to its end. */
public class ExecBenchmark extends RuntimeLoop {
    /** The process: a path. */
    @Param("/bin/true")
    public String program = "/bin/true";

    /** Makes an instance, which JMH then fills in. */
    public ExecBenchmark() {}

    @Override
    protected Contender open(Path binary, Path state, Path of) {
        return new RuntimeExec(binary, state, of, program);
    }
}
