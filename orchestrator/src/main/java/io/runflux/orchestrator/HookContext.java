// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.hooks.HookOptions;
import io.runflux.hooks.HookRunner;
import io.runflux.hooks.HookSet;
import io.runflux.process.ProcessLauncher;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * What all runs of an orchestrator share of hooks.
 *
 * @param sets the hooks for the next run; empty if there are none
 * @param runner what runs them
 * @param options how they are run, but for their directory
 * @param defaultTimeout the limit of a hook that names none
 */
record HookContext(Mono<HookSet> sets, HookRunner runner, HookOptions options, Duration defaultTimeout) {
    /** A hook that is killed takes what it started with it, where the launcher can do that. */
    static HookContext of(ProcessLauncher launcher, Mono<HookSet> sets, Duration defaultTimeout) {
        HookOptions options = HookOptions.defaults().withKillsGroup(launcher.isNative());
        return new HookContext(sets, HookRunner.of(launcher), options, defaultTimeout);
    }
}
