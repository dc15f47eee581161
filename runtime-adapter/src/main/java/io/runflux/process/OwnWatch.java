// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import reactor.core.publisher.Mono;

/** A watch of a child that is watched already, by whoever launched it; letting go of it lets go of nothing. */
record OwnWatch(NativeProcess process) implements WatchedProcess {
    @Override
    public int pid() {
        return process.pid();
    }

    @Override
    public Mono<ExitStatus> exit() {
        return process.exit();
    }

    @Override
    public Mono<Void> signal(Signal signal) {
        return process.signal(signal);
    }

    @Override
    public Mono<Void> signalGroup(Signal signal) {
        return process.signalGroup(signal);
    }

    @Override
    public Mono<Void> release() {
        return Mono.empty();
    }
}
