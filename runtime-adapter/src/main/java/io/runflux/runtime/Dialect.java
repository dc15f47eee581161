// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerState;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** How one runtime spells its command line and its answers. Nobody else knows a flag. */
interface Dialect {
    /** The name of the runtime and of its program. */
    String name();

    /** What it can do of that which not all can. */
    Set<Feature> features();

    /** What comes between the program and the command. */
    List<String> global(RuntimeConfig config, Path logFile);

    List<String> create(ContainerId id, Path bundle, Path pidFile, CreateOptions options);

    List<String> start(ContainerId id);

    List<String> state(ContainerId id);

    List<String> kill(ContainerId id, Signal signal, KillOptions options);

    List<String> delete(ContainerId id, DeleteOptions options);

    List<String> run(ContainerId id, Path bundle, CreateOptions options);

    List<String> exec(ContainerId id, Path processFile, ExecOptions options);

    List<String> list();

    /** The whole argument list that asks for the version. */
    List<String> version();

    /** Reads the answer to {@link #state}. */
    ContainerState parseState(String stdout);

    /** Reads the answer to {@link #list}. */
    List<ContainerState> parseList(String stdout);

    /** Reads the answer to {@link #version}; empty if it is not understood. */
    String parseVersion(String stdout);
}
