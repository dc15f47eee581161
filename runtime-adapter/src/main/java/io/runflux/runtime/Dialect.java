// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How one runtime spells its command line, and where its answers are not those of the others. Nobody else knows a flag.
 * Arguments are rendered; whether the runtime that is installed knows them is for {@link #features} to say.
 */
interface Dialect {
    /** The name of the runtime and of its program. */
    String name();

    /** Refuses what this runtime cannot be configured to, by an IllegalArgumentException. */
    void check(RuntimeConfig config);

    /** The argument lists that ask for help. */
    List<List<String>> help();

    /** Reads what the runtime can do of that which not all can. */
    Set<RuntimeFeature> features(RuntimeProfile profile);

    /**
     * Whether an init, or else what is executed, can be attached to in a terminal; if not, it is detached, and watched.
     */
    boolean attachesTerminals(boolean isInit);

    /** Whether the stream of a container's events ends with it. */
    boolean endsEvents();

    /** Whether a pid of this runtime is one of the host, so that the host's kernel can be asked about it. */
    boolean hasHostPids();

    /** Whether an attached command that ended with this code may have failed itself. */
    boolean isFailure(int code);

    /** Whether creating what exists does harm to it. */
    boolean overwrites();

    /** Whether its kill minds no state: it says nothing of what has ended, and what is frozen it leaves so. */
    boolean killsBlindly();

    /** Whether it signals only what runs, neither what is not started nor what is paused. */
    boolean killsRunningAlone();

    /** Whether it logs to standard error, in the form that it is told, where it is not told a file. */
    boolean logsToStderr();

    /** What comes between the program and the command. */
    List<String> global(RuntimeConfig config, @Nullable Path logFile);

    List<String> create(ContainerId id, Path bundle, Exchange exchange, CreateOptions options);

    List<String> start(ContainerId id);

    List<String> state(ContainerId id);

    List<String> kill(ContainerId id, Signal signal, KillOptions options);

    List<String> delete(ContainerId id, DeleteOptions options);

    /** Runs detached where the options say so, or a terminal leaves no other way. */
    List<String> run(ContainerId id, Path bundle, Exchange exchange, CreateOptions options);

    List<String> exec(ContainerId id, Path processFile, Exchange exchange, ExecOptions options);

    List<String> pause(ContainerId id);

    List<String> resume(ContainerId id);

    List<String> update(ContainerId id, Path resourcesFile);

    List<String> list();

    List<String> ps(ContainerId id);

    List<String> top(ContainerId id, List<String> options);

    List<String> stats(ContainerId id);

    List<String> events(ContainerId id, Duration interval);

    /** Whether {@link #waitFor} is known. */
    boolean waits();

    List<String> waitFor(ContainerId id);

    List<String> waitFor(ContainerId id, int pid);

    /** Refuses options that this runtime does not have, by a {@link NotSupportedException}. */
    List<String> checkpoint(ContainerId id, CheckpointOptions options);

    /** As {@link #checkpoint}. */
    List<String> restore(ContainerId id, Path bundle, Exchange exchange, RestoreOptions options);

    List<String> features();

    /** Writes a configuration into a directory. */
    List<String> spec(Path directory);

    /** The whole argument list that asks for the version. */
    List<String> version();

    /** Reads the answer to {@link #version}; empty if it is not understood. */
    String parseVersion(String stdout);

    /** Reads the answer to {@link #waitFor}. */
    ExitStatus parseWait(String stdout);
}
