// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import reactor.core.publisher.Mono;

/** Runs a command to its end and keeps what it writes. Cold; cancelling kills the command. */
@FunctionalInterface
interface CommandExecutor {
    /** Yields how the command ended, whatever that was; fails if it could not be started. */
    Mono<CommandResult> execute(Command command);
}
