// SPDX-License-Identifier: Apache-2.0
package io.runflux.wire;

import io.runflux.events.Signal;
import io.runflux.runtime.KillOptions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The request to send a signal: to the init process, if nothing else is said.
 *
 * @param signal the signal; left out, it is TERM
 * @param all whether to all processes
 * @param process the one process that it is for, or null
 * @param processGroup the leader of the group of processes that it is for, or null
 */
public record KillBody(
        Signal signal,
        boolean all,
        @Nullable Integer process,
        @Nullable Integer processGroup) {
    /**
     * Checks the values.
     *
     * @param signal the signal
     * @param all whether to all processes
     * @param process the one process that it is for, or null
     * @param processGroup the leader of the group of processes that it is for, or null
     * @throws IllegalArgumentException if it is for more than one of these
     */
    public KillBody {
        Objects.requireNonNull(signal, "signal");
        if ((all ? 1 : 0) + (process == null ? 0 : 1) + (processGroup == null ? 0 : 1) > 1) {
            throw new IllegalArgumentException("all, process and processGroup exclude one another");
        }
    }

    /**
     * Returns these options as a body.
     *
     * @param signal the signal
     * @param options to which processes
     * @return the body
     */
    public static KillBody of(Signal signal, KillOptions options) {
        return switch (options.scope()) {
            case INIT -> new KillBody(signal, false, null, null);
            case ALL -> new KillBody(signal, true, null, null);
            case PROCESS -> new KillBody(signal, false, options.pid(), null);
            case PROCESS_GROUP -> new KillBody(signal, false, null, options.pid());
        };
    }

    /**
     * Returns this body as options.
     *
     * @return to which processes
     * @throws IllegalArgumentException if a process has no possible number
     */
    public KillOptions toOptions() {
        if (process != null) {
            return KillOptions.process(process);
        }
        if (processGroup != null) {
            return KillOptions.processGroup(processGroup);
        }
        return all ? KillOptions.all() : KillOptions.init();
    }
}
