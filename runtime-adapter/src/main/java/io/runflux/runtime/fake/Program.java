// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

import io.runflux.events.ExitStatus;
import reactor.core.publisher.Mono;

/** What a process of the fake does, in place of an executable file. */
@FunctionalInterface
public interface Program {
    /**
     * Runs the program, once for each process. It is called, and subscribed to, on a worker of
     * {@code Schedulers.boundedElastic()} when the process is started, and cancelled when a signal ends the process.
     *
     * @param process the process that runs it
     * @return how the process ends; empty is the exit code 0; an error is printed to standard error and is the exit
     *     code 1, but one of writing to a stream that nobody reads any more ends the process by {@code SIGPIPE}
     */
    Mono<ExitStatus> run(FakeProcess process);
}
