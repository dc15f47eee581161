// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.EventStream;
import io.runflux.runtime.OciRuntime;
import reactor.core.publisher.Mono;

/**
 * An orchestrator whose containers are kept by this JVM, with what can only be had there. Made by
 * {@link Orchestrator#builder()}.
 */
public interface EmbeddedOrchestrator extends Orchestrator {
    /**
     * Returns what containers are run with, for the operations that need no orchestration. It stands behind the guards
     * of this orchestrator, see {@link GuardOptions}: what is called here waits in the same queue, and counts alike.
     *
     * @return the runtime, guarded
     */
    OciRuntime runtime();

    /**
     * Returns the stream behind {@link #events()}, for those who publish to it as well, or ask for its epoch.
     *
     * @return the stream that everything is published to
     */
    EventStream eventStream();

    /**
     * Ends everything: refuses new operations, stops and removes all containers that were created here as if their runs
     * were cancelled, waits until nothing of them is left, and disposes of the launcher and the event stream if they
     * are the orchestrator's own.
     *
     * @return completes empty when nothing is left but what could not be removed, which is told in the log; repeating
     *     waits for the same end
     */
    @Override
    Mono<Void> disposeLater();
}
