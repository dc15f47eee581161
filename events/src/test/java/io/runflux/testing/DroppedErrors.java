// SPDX-License-Identifier: Apache-2.0
package io.runflux.testing;

import reactor.core.publisher.Hooks;
import reactor.core.scheduler.Schedulers;

/** Records the errors that nobody is left to receive. */
final class DroppedErrors {
    private DroppedErrors() {}

    /** Hooks add up, so the old one goes first. */
    static void install() {
        Hooks.resetOnErrorDropped();
        Hooks.onErrorDropped(error -> Incidents.record("error dropped by Reactor", error));
        Schedulers.onHandleError(
                "runflux-guard",
                (thread, error) -> Incidents.record("error in a scheduled task on " + thread.getName(), error));
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, error) -> Incidents.record("exception ended thread " + thread.getName(), error));
    }
}
