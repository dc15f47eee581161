// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import reactor.core.publisher.Mono;

/** How many processes of a container the kernel has killed for want of memory. */
@FunctionalInterface
interface MemoryKillCounter {
    /** Reads the number. Fails when the container's control group has gone. */
    Mono<Long> read();
}
