// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import io.runflux.oci.Hook;
import io.runflux.process.ProcessLauncher;
import java.util.Objects;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Runs hooks as processes of this host. */
final class ProcessHookRunner implements HookRunner {
    private final ProcessLauncher launcher;
    private final Scheduler timer;

    ProcessHookRunner(ProcessLauncher launcher, Scheduler timer) {
        this.launcher = launcher;
        this.timer = timer;
    }

    @Override
    public Mono<HookResult> run(Hook hook, byte[] state, HookOptions options) {
        Objects.requireNonNull(hook, "hook");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(options, "options");
        return Mono.defer(() -> new HookExecution(hook, options, timer).run(launcher, state))
                .checkpoint("hook " + hook.path());
    }
}
