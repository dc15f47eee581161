// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.hooks;

import io.runflux.benchmarks.launch.Contender;
import io.runflux.process.ProcessLauncher;
import java.util.List;

/** Who runs hooks. */
public enum HookContender {
    /** Runflux. */
    RUNFLUX,
    /** {@link ProcessBuilder} with two threads for each hook in flight. */
    PROCESS_BUILDER;

    Contender open(List<String> command, int inFlight) {
        return switch (this) {
            case RUNFLUX -> new RunfluxHookContender(ProcessLauncher.create(), command);
            case PROCESS_BUILDER -> new ProcessBuilderHookContender(command, inFlight);
        };
    }
}
