// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.util.List;

/**
 * A child that runs, and the descriptors that are ours: -1 where there is none. Of a terminal, {@code stdin} and
 * {@code stdout} are two descriptors of the one master, since a loop takes each descriptor once. Pipes of the size that
 * the kernel gives them may grow.
 */
record SpawnedChild(
        int pid,
        int pidfd,
        int stdin,
        int stdout,
        int stderr,
        List<FurtherPipe> further,
        boolean isTerminal,
        boolean growsPipes,
        ExitWatch.Kind kind) {}
