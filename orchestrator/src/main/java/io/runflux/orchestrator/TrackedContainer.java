// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.events.RuntimeEvent;
import io.runflux.events.RuntimeEvent.Created;
import io.runflux.events.RuntimeEvent.Deleted;
import io.runflux.events.RuntimeEvent.Exited;
import io.runflux.events.RuntimeEvent.Resumed;
import io.runflux.events.RuntimeEvent.Started;
import io.runflux.oci.ContainerStatus;
import io.runflux.runtime.ContainerNotRunningException;
import io.runflux.runtime.ContainerOperation;
import io.runflux.runtime.IllegalContainerStateException;
import io.runflux.runtime.NoSuchContainerException;
import java.time.Instant;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * One container: what it is like, and the line of those who change it. What it is like is kept and published by the one
 * thing after another, in a line of its own, since its exit comes when it likes.
 */
final class TrackedContainer {
    private final ContainerId id;
    private final RunContext context;
    private final RunEvents events;
    private final OperationQueue operations;
    private final OperationQueue changes;
    private volatile ContainerInfo info;
    private volatile @Nullable ContainerRun run;
    private volatile boolean isClosed;
    private volatile boolean isGone;
    private volatile Runnable onGone = () -> {};
    /** Belongs to {@link TrackedContainers}, which changes it in turn. */
    private int users;

    private TrackedContainer(ContainerInfo info, String verb, RunContext context) {
        id = info.id();
        this.info = info;
        this.context = context;
        events = new RunEvents(id, verb, context.events());
        operations = new OperationQueue(id);
        changes = new OperationQueue(id);
    }

    /** Tracks one whose life begins here. */
    static TrackedContainer begin(RunPlan plan, RunContext context) {
        ContainerInfo creating =
                ContainerInfo.creating(plan.request().id(), context.runtime().name());
        TrackedContainer container = new TrackedContainer(creating, plan.verb(), context);
        container.run = new ContainerRun(plan, container, context);
        return container;
    }

    /** Tracks one that the runtime knows, and that is nobody's here. */
    static TrackedContainer found(ContainerInfo info, RunContext context) {
        return new TrackedContainer(info, "find", context);
    }

    ContainerId id() {
        return id;
    }

    ContainerInfo info() {
        return info;
    }

    RunEvents events() {
        return events;
    }

    /** Its life here, or null if it is nobody's. */
    @Nullable
    ContainerRun run() {
        return run;
    }

    boolean isOurs() {
        return run != null;
    }

    /** Its life here, of one that has it. */
    ContainerRun ownRun() {
        return Objects.requireNonNull(run);
    }

    /** Something more is done with it; what its runtime tells of it counts if it is nobody's here. */
    void enter(ContainerInfo found) {
        if (!isOurs()) {
            users++;
            info = found;
        }
    }

    /** Something less is done with it; says whether that was the last, and it is nobody's here. */
    boolean leave() {
        return !isOurs() && --users == 0;
    }

    /** Begins it. What is begun finds out by itself that it has come to its end meanwhile. */
    Mono<Void> beginInTurn(Mono<Void> step) {
        return operations.inTurn(step);
    }

    /** Does something when those are done that came before, if there is the container still. */
    <T> Mono<T> inTurn(Mono<T> operation) {
        return operations.inTurn(Mono.defer(() -> isClosed ? Mono.error(noSuch()) : operation));
    }

    /** Nothing is done with it in turn any more: it is about to be removed. */
    void close() {
        isClosed = true;
    }

    /** Does something before all who are in line. */
    <T> Mono<T> next(Mono<T> operation) {
        return operations.next(operation);
    }

    NoSuchContainerException noSuch() {
        return new NoSuchContainerException(id, null);
    }

    /** Completes if that can be done in the state that the container is in. Of one that is nobody's, that is asked. */
    Mono<Void> require(ContainerOperation operation) {
        Mono<ContainerInfo> current = isOurs() ? Mono.fromSupplier(this::info) : refresh();
        return current.map(ContainerInfo::status)
                .filter(status -> !operation.isAllowedIn(status))
                .flatMap(status -> Mono.error(refusal(operation, status)));
    }

    private IllegalContainerStateException refusal(ContainerOperation operation, ContainerStatus status) {
        return status == ContainerStatus.STOPPED
                ? new ContainerNotRunningException(id, operation, status, null)
                : new IllegalContainerStateException(id, operation, status, null);
    }

    private Mono<ContainerInfo> refresh() {
        return context.runtime()
                .state(id)
                .map(state -> ContainerInfo.of(state, context.runtime().name()))
                .doOnNext(found -> info = found);
    }

    Mono<Void> saveBeginning() {
        return context.registry().save(info);
    }

    Mono<Void> created(Created event, Instant at) {
        return change(ContainerTransition.CREATE, last -> last.created(event.bundle(), event.pid(), at), event);
    }

    Mono<Void> started(Started event, Instant at) {
        return change(ContainerTransition.START, last -> last.started(event.pid(), at), event);
    }

    Mono<Void> exited(Exited event) {
        return change(ContainerTransition.EXIT, last -> last.exited(event.exitStatus(), event.exitedAt()), event);
    }

    private Mono<Void> change(ContainerTransition transition, UnaryOperator<ContainerInfo> step, RuntimeEvent event) {
        return changes.inTurn(Mono.defer(() -> {
            if (transition.isPossibleFrom(info.status())) {
                info = step.apply(info);
            }
            return save().then(Mono.fromRunnable(() -> events.publish(event)));
        }));
    }

    /** Notes that it was paused or goes on; if it has ended meanwhile, that is all that is told. */
    Mono<Void> changed(ContainerTransition transition, RuntimeEvent event) {
        return changes.inTurn(Mono.defer(() -> {
            if (!transition.isPossibleFrom(info.status())) {
                return Mono.empty();
            }
            info = info.withStatus(transition.target());
            return save().then(Mono.fromRunnable(() -> events.publish(event, transition + " " + id)));
        }));
    }

    /** Has it go on if it was paused. What does not go on heeds no signal, and is killed in the end. */
    Mono<Void> ensureThawed() {
        return Mono.defer(() -> info.status() == ContainerStatus.PAUSED ? resume().onErrorComplete() : Mono.empty());
    }

    Mono<Void> resume() {
        return context.runtime().resume(id).then(changed(ContainerTransition.RESUME, new Resumed(id)));
    }

    /**
     * Those that are nobody's are kept by their runtime alone. The end of one that is forgotten is told all the same.
     */
    private Mono<Void> save() {
        return isOurs() && !isGone ? context.registry().save(info) : Mono.empty();
    }

    Mono<Void> deleted(Deleted event) {
        return changes.inTurn(forgetNow().then(Mono.fromRunnable(() -> {
            events.publish(event);
            forgetFound();
        })));
    }

    /** Nothing can be done with it any more. */
    Mono<Void> forget() {
        return changes.inTurn(forgetNow());
    }

    private Mono<Void> forgetNow() {
        return Mono.defer(() -> {
            isClosed = true;
            isGone = true;
            return context.registry().remove(id);
        });
    }

    private void forgetFound() {
        if (!isOurs()) {
            onGone.run();
        }
    }

    /** Has something done when it is gone for good. */
    void whenGone(Runnable action) {
        onGone = action;
    }

    void gone() {
        onGone.run();
    }
}
