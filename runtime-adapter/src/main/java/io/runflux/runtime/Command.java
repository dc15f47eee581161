// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.Signal;
import io.runflux.process.ProcessGroup;
import io.runflux.process.ProcessSpec;
import io.runflux.process.Stdio;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command of a runtime, ready to be called.
 *
 * @param argv its first element an absolute path
 */
record Command(
        List<String> argv,
        Map<String, String> environment,
        ProcessGroup group,
        @Nullable Signal parentDeathSignal,
        List<Stdio> descriptors,
        boolean leavesGroupAlone) {
    Command {
        argv = List.copyOf(argv);
        descriptors = List.copyOf(descriptors);
        environment = Map.copyOf(environment);
    }

    static Command of(RuntimeConfig config, List<String> argv) {
        return new Command(
                argv, config.environment(), config.processGroup(), config.parentDeathSignal(), List.of(), false);
    }

    /** Returns the command with descriptors beyond the standard streams. */
    Command with(List<Stdio> further) {
        return new Command(argv, environment, group, parentDeathSignal, further, leavesGroupAlone);
    }

    /** Returns the command with what it leaves in its group living on. */
    Command leavingGroupAlone() {
        return new Command(argv, environment, group, parentDeathSignal, descriptors, true);
    }

    ProcessSpec.Builder toSpec() {
        ProcessSpec.Builder spec = ProcessSpec.program(Path.of(argv.get(0)))
                .arguments(argv.subList(1, argv.size()))
                .environment(environment)
                .group(group);
        ContainerStdio.addDescriptors(spec, descriptors);
        if (leavesGroupAlone) {
            spec.leaveGroupAlone();
        }
        return parentDeathSignal == null ? spec : spec.parentDeathSignal(parentDeathSignal);
    }
}
