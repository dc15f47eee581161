// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import reactor.core.publisher.Mono;

/** What a {@link JdkProcessLauncher} has to end before it has ended itself. */
interface JdkOwned {
    /** Completes empty when this is no longer being started. */
    Mono<Void> started();

    /** Asks politely when subscribed to, and completes empty at the end; without an answer it never completes. */
    Mono<Void> terminate();

    /** Ends this when subscribed to; completes empty when nothing is held for it any more. */
    Mono<Void> release();
}
