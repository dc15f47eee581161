// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import io.runflux.events.Signal;
import io.runflux.oci.OciProcess;
import io.runflux.process.ProcessGroup;
import io.runflux.process.ProcessSpec;
import io.runflux.process.Stdio;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A command that starts a process in a container, and what is to become of that process.
 *
 * @param isInit whether it is the init of a new container
 * @param takesPidfd whether the command can hand over a pidfd of it
 * @param mode who looks after it
 * @param process what to execute, or null for what the bundle says
 * @param commandPrefix a command that that of the runtime is appended to
 * @param arguments renders the command
 */
record ContainerStart(
        Subject subject,
        ContainerId id,
        boolean isInit,
        boolean takesPidfd,
        Mode mode,
        ContainerStdio stdio,
        List<Stdio> descriptors,
        @Nullable OciProcess process,
        @Nullable Signal parentDeathSignal,
        List<String> commandPrefix,
        BiFunction<Invocation, Exchange, List<String>> arguments) {
    /**
     * An attached runtime reads our terminal itself, if it is given it, and a background group may not. What another
     * leaves in its group is the container's.
     */
    ProcessSpec toSpec(Command command) {
        ProcessSpec.Builder spec = stdio.applyTo(command.toSpec());
        ContainerStdio.addDescriptors(spec, descriptors);
        if (mode == Mode.ATTACHED && stdio.stdin() == Stdio.inherit()) {
            spec.group(ProcessGroup.INHERIT);
        }
        if (mode != Mode.ATTACHED) {
            return spec.leaveGroupAlone().build();
        }
        return parentDeathSignal == null
                ? spec.build()
                : spec.parentDeathSignal(parentDeathSignal).build();
    }

    /** Who looks after a process. */
    enum Mode {
        /** The command ends when the process is there, waiting to be started. */
        CREATED,
        /** The command ends when the process runs; whoever asked for it looks after it. */
        DETACHED,
        /** The command ends likewise, and yet the process ends with our hold of it. */
        BOUND,
        /** The command stands for the process, and ends with it. */
        ATTACHED
    }
}
