// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.runtime.RestoreOptions;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What the life of a container is to be like.
 *
 * @param verb the command that it is owed to
 * @param request how it is run
 * @param streams those of a container that goes on by itself, or null where they are its runner's
 * @param removedAtEnd whether it is removed without anybody asking, when it has ended
 * @param image what it goes on from, or null if it begins
 * @param supervision how it is looked after
 */
record RunPlan(
        String verb,
        RunRequest request,
        @Nullable LaunchedStreams streams,
        boolean removedAtEnd,
        @Nullable RestoreOptions image,
        Supervision supervision) {
    static RunPlan run(RunRequest request) {
        return new RunPlan("run", request, null, false, request.image(), Supervision.none());
    }

    static RunPlan launch(String verb, LaunchRequest request, LaunchedStreams streams) {
        return new RunPlan(verb, request.toRun(streams), streams, request.removedAtEnd(), null, request.supervision());
    }

    /** What is started again goes on from no image. */
    RunPlan from(@Nullable RestoreOptions value) {
        return new RunPlan(verb, request, streams, removedAtEnd, value, supervision);
    }

    /** Opens the log of a life. */
    Mono<Void> openLog() {
        return streams == null ? Mono.empty() : streams.open();
    }

    boolean isRestarted() {
        return supervision.restart().kind() != RestartPolicy.Kind.NO;
    }

    boolean takesInput() {
        return streams != null && streams.takesInput();
    }
}
