// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ExitStatus;
import io.runflux.events.RuntimeEvent.Restarting;
import io.runflux.events.Signal;
import io.runflux.orchestrator.RestartDecision.Restart;
import io.runflux.runtime.NoSuchContainerException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The lives of one container, one after another, as its restart policy has it. Each but the first begins with the
 * deletion of the one before, in one turn in the line of operations, which goes on when its program is started, or
 * never will be. Nothing is kept of those that are over.
 */
final class ContainerLives {
    private static final Logger log = LoggerFactory.getLogger(ContainerLives.class);

    private final RunPlan plan;
    private final TrackedContainer container;
    private final RunContext context;
    private final Function<RunPlan, ContainerLife> factory;
    /** That of which the runtime knows, or will. */
    private volatile ContainerLife current;
    /** That which goes on, or comes next. */
    private volatile ContainerLife expected;

    private volatile RestartCount count = RestartCount.none();
    private volatile boolean isClosed;

    ContainerLives(
            RunPlan plan, TrackedContainer container, RunContext context, Function<RunPlan, ContainerLife> factory) {
        this.plan = plan;
        this.container = container;
        this.context = context;
        this.factory = factory;
        current = factory.apply(plan);
        expected = current;
    }

    ContainerLife current() {
        return current;
    }

    ContainerLife expected() {
        return expected;
    }

    /** Whether the runtime was asked to create the container, and there was no other of its id. */
    boolean wasCreationRequested() {
        return count.total() > 0 || current.wasCreationRequested();
    }

    /** Lives them all, and tells how the last one ended. */
    Mono<RunReport> live() {
        ContainerLife first = current;
        Mono<RunReport> last =
                plan.isRestarted() ? first.live().expand(this::next).takeLast(1).next() : first.live();
        Deadline deadline = plan.supervision().deadline();
        return deadline == null ? last : Beside.of(last, first.started().then(endAt(deadline)));
    }

    /** What does not end even so goes on. */
    private Mono<Void> endAt(Deadline deadline) {
        StopOptions options = new StopOptions(Signal.TERM, plan.request().gracePeriod());
        return Mono.delay(deadline.limit())
                .then(new ContainerChanges(container, context).stop(options, EndReason.DEADLINE))
                .onErrorComplete(NoSuchContainerException.class)
                .doOnError(e -> log.warn("{}: could not be stopped at its deadline", container.id(), e))
                .onErrorComplete()
                .then();
    }

    private Mono<RunReport> next(RunReport last) {
        boolean isEndAsked = container.endRequest().isMade();
        RestartDecision decision =
                plan.supervision().restart().after(last.status(), count, last.duration(), isEndAsked);
        return decision instanceof Restart restart ? restart(restart, last.status()) : Mono.empty();
    }

    private Mono<RunReport> restart(Restart restart, ExitStatus last) {
        ContainerLife next = factory.apply(plan.from(null));
        count = restart.count();
        expected = next;
        Duration delay = plan.supervision()
                .restart()
                .backoff()
                .jittered(restart.delay(), ThreadLocalRandom.current().nextDouble());
        Restarting event = new Restarting(container.id(), count.total(), delay);
        return container
                .restarting(event, Instant.now().plus(delay))
                .then(await(delay))
                .flatMap(tick -> liveInTurn(next))
                .switchIfEmpty(Mono.defer(() -> giveUp(next, last)));
    }

    /** Empty if the end is asked for before. */
    private Mono<Long> await(Duration delay) {
        return Mono.delay(delay).takeUntilOther(container.endRequest().made());
    }

    private Mono<RunReport> giveUp(ContainerLife next, ExitStatus last) {
        return container.waitingNoMore().then(Mono.fromRunnable(() -> next.neverBegin(last)));
    }

    private Mono<RunReport> liveInTurn(ContainerLife next) {
        Sinks.Empty<Void> turn = Sinks.empty();
        Sinks.Empty<Void> over = Sinks.empty();
        Mono<RunReport> life = turn.asMono()
                .then(Mono.defer(() -> replaceBy(next)))
                .onErrorResume(e -> fail(next, e))
                .doFinally(signal -> over.tryEmitEmpty());
        Mono<Boolean> place = container
                .beginInTurn(Mono.defer(() -> {
                    turn.tryEmitEmpty();
                    return Mono.firstWithSignal(next.started(), over.asMono());
                }))
                .thenReturn(true);
        return Mono.zip(life, place, (report, done) -> report).onErrorResume(e -> fail(next, e));
    }

    /** Empty if the end was asked for before, or begins meanwhile. */
    private Mono<RunReport> replaceBy(ContainerLife next) {
        return container.endRequest().isMade()
                ? Mono.empty()
                : current.makeRoom()
                        .then(container.begunAgain())
                        .then(plan.openLog())
                        .then(Mono.defer(() -> enter(next)));
    }

    /** Who closes looks at the current one after that, and so one of both finds it. */
    private Mono<RunReport> enter(ContainerLife next) {
        current = next;
        container.setAwake(true);
        if (isClosed) {
            next.close();
        }
        return next.live();
    }

    /** Counts as a life that failed at once. */
    private Mono<RunReport> fail(ContainerLife next, Throwable error) {
        log.warn("{}: could not be started again", container.id(), error);
        ExitStatus unknown = ExitStatus.unknown();
        return next.abandon().onErrorComplete().then(container.notCreated()).then(Mono.fromSupplier(() -> {
            next.neverBegin(unknown);
            return new RunReport(container.id(), unknown, true, Duration.ZERO, EndReason.PROGRAM);
        }));
    }

    /** Has no further step begun, in no life, and tells whether there was none. */
    boolean close() {
        isClosed = true;
        boolean isNothingBegun = current.close();
        return isNothingBegun && count.total() == 0;
    }
}
