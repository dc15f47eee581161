// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import reactor.core.publisher.Mono;

/**
 * A process whose end is watched, and that can be signalled without the risk of hitting another one: the kernel is
 * asked by a handle (a pidfd), never by a number that may have been given away again.
 *
 * <p>Signals are emitted on an event loop of the launcher; do not block there. Safe for concurrent use.
 */
public interface WatchedProcess {
    /**
     * Returns the number of the process. It is for people to read: once {@link #exit()} has completed, the number may
     * belong to another process.
     *
     * @return the pid in the launcher's own pid namespace
     */
    int pid();

    /**
     * Completes with the status once the process has ended, whether or not something still holds its streams. Watching
     * does not depend on a subscription: any number may subscribe, at any time, and each gets the status. Cancelling
     * only ends that subscription.
     *
     * @return the status; {@link ExitStatus#unknown()} if the process is not our child and the kernel does not tell
     */
    Mono<ExitStatus> exit();

    /**
     * Sends a signal when subscribed to.
     *
     * @param signal the signal
     * @return completes empty once the kernel took the signal; fails with {@link ProcessAlreadyExitedException} after
     *     the end of the process, and with {@link ProcessException} if the kernel refuses
     */
    Mono<Void> signal(Signal signal);

    /**
     * Sends a signal to the process group that the process leads, when subscribed to. After the exit of the leader the
     * rest of its group is reached only if this launcher started the process as a leader, see
     * {@link ProcessSpec.Builder#group(ProcessGroup)}, and did not release it, and where the kernel can do that safely
     * (Linux 6.9 and later). Before Linux 6.9 the group is named by its number after the pidfd has shown the leader to
     * be there still.
     *
     * @param signal the signal
     * @return completes empty once the kernel took the signal; fails with {@link ProcessAlreadyExitedException} if the
     *     group is gone or can no longer be named safely, with {@link IllegalStateException} if the process leads no
     *     group, and with {@link ProcessException} if the kernel, or the JDK fallback, refuses
     */
    Mono<Void> signalGroup(Signal signal);

    /**
     * Lets go of the process when subscribed to. What that means for the process itself, the subtypes say; here it is
     * left alone, and {@link #exit()} completes with {@link ExitStatus#unknown()} if the end was not seen before.
     *
     * @return completes empty when everything held for the process is released; repeating does nothing
     */
    Mono<Void> release();
}
