// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Mono;

/** A probe that answers as a test says, with the last answer for ever. */
final class ScriptedProbe implements HealthProbe {
    private final Deque<Mono<ProbeResult>> answers = new ArrayDeque<>();
    private final List<Duration> begun = new ArrayList<>();
    private int running;
    private int mostAtOnce;
    private int cancelled;

    ScriptedProbe then(Mono<ProbeResult> answer) {
        answers.add(answer);
        return this;
    }

    ScriptedProbe passing() {
        return then(Mono.just(ProbeResult.passed("well")));
    }

    ScriptedProbe failing() {
        return then(Mono.just(ProbeResult.failed("not well")));
    }

    /** When each was begun. */
    List<Duration> begun() {
        return begun;
    }

    int cancelled() {
        return cancelled;
    }

    int mostAtOnce() {
        return mostAtOnce;
    }

    @Override
    public Mono<ProbeResult> check(Duration limit) {
        Mono<ProbeResult> answer = Objects.requireNonNull(answers.size() > 1 ? answers.poll() : answers.peek());
        return Mono.defer(() -> begin(answer)).doOnCancel(() -> cancelled++).doFinally(end -> running--);
    }

    private Mono<ProbeResult> begin(Mono<ProbeResult> answer) {
        running++;
        mostAtOnce = Math.max(mostAtOnce, running);
        begun.add(VirtualClock.now());
        return answer;
    }
}
