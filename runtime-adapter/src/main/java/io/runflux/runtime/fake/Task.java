// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import java.util.List;
import reactor.core.publisher.Mono;

/** What has a number in the table of processes: a command of the runtime, or a process of a container. */
interface Task {
    int pid();

    List<String> arguments();

    Mono<ExitStatus> exit();

    /** Fails with a {@link io.runflux.process.ProcessAlreadyExitedException} after the end. */
    void send(Signal signal);
}
