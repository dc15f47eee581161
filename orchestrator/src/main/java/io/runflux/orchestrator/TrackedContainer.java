// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.HealthStatus;
import io.runflux.events.RuntimeEvent;
import io.runflux.events.RuntimeEvent.Created;
import io.runflux.events.RuntimeEvent.Deleted;
import io.runflux.events.RuntimeEvent.Exited;
import io.runflux.events.RuntimeEvent.HealthChanged;
import io.runflux.events.RuntimeEvent.OutOfMemory;
import io.runflux.events.RuntimeEvent.Restarting;
import io.runflux.events.RuntimeEvent.Resumed;
import io.runflux.events.RuntimeEvent.Started;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerStatus;
import io.runflux.oci.Spec;
import io.runflux.runtime.Bundles;
import io.runflux.runtime.ContainerNotRunningException;
import io.runflux.runtime.ContainerOperation;
import io.runflux.runtime.IllegalContainerStateException;
import io.runflux.runtime.InvalidBundleException;
import io.runflux.runtime.KillOptions;
import io.runflux.runtime.NoSuchContainerException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One container: what it is like, and the line of those who change it. What it is like is kept and published by the one
 * thing after another, in a line of its own, since its exit comes when it likes.
 */
final class TrackedContainer {
    private static final Set<ContainerStatus> PROBED = Set.of(ContainerStatus.RUNNING, ContainerStatus.PAUSED);

    private final ContainerId id;
    private final RunContext context;
    private final RunEvents events;
    private final OperationQueue operations;
    private final OperationQueue changes;
    private final EndRequest endRequest = new EndRequest();
    private final Sinks.Many<Boolean> awake = Sinks.many().replay().latestOrDefault(true);
    private volatile ContainerInfo info;
    private volatile @Nullable ContainerRun run;
    private volatile @Nullable HealthReport health;
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

    EndRequest endRequest() {
        return endRequest;
    }

    /** What came of its last probe, or null. */
    @Nullable
    HealthReport health() {
        return health;
    }

    /** Whether it may be probed, now and from now on. */
    Flux<Boolean> isAwake() {
        return awake.asFlux();
    }

    /** Called in the line of operations, but for the end of one that is probed no more. */
    void setAwake(boolean value) {
        awake.tryEmitNext(value);
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

    /** Reads the configuration in its bundle, as the runtime does. */
    Mono<Spec> configuration() {
        return Mono.defer(() -> {
            Path bundle = Path.of(Objects.requireNonNullElse(info.bundle(), ""));
            return bundle.isAbsolute()
                    ? FileWork.call(() -> Bundles.read(bundle))
                    : Mono.error(new InvalidBundleException(bundle, "nobody knows where it is", null, null));
        });
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

    /** Has those told who wait before anything else is changed, such as that it is gone. */
    Mono<Void> exited(Exited event, Runnable telling) {
        return changes.inTurn(changeNow(ContainerTransition.EXIT, last -> exited(last, event), event)
                .then(Mono.fromRunnable(telling)));
    }

    private ContainerInfo exited(ContainerInfo last, Exited event) {
        ExitStatus status = event.exitStatus();
        return last.exited(status, event.exitedAt())
                .withNotes(last.notes().ended(endRequest.reason(), status.isSuccess()));
    }

    Mono<Void> outOfMemory() {
        return note(ContainerNotes::outOfMemory, new OutOfMemory(id));
    }

    /** Notes that it will be started again, unless its end is asked for. */
    Mono<Void> restarting(Restarting event, Instant until) {
        return note(notes -> notes.waiting(event.restarts(), until), event);
    }

    private Mono<Void> note(UnaryOperator<ContainerNotes> step, RuntimeEvent event) {
        return changes.inTurn(Mono.defer(() -> {
            info = info.withNotes(step.apply(info.notes()));
            return save().then(Mono.fromRunnable(() -> events.publish(event)));
        }));
    }

    /** Notes that it will not be started again after all. */
    Mono<Void> waitingNoMore() {
        return changes.inTurn(Mono.defer(() -> {
            info = info.withNotes(info.notes().waitingNoMore());
            return save();
        }));
    }

    /** Notes that it was deleted, and that another life begins. */
    Mono<Void> replaced(Deleted event) {
        return changes.inTurn(Mono.defer(() -> {
            health = null;
            info = info.begunAgain();
            return save().then(Mono.fromRunnable(() -> events.publish(event)));
        }));
    }

    /** Notes that another life begins of which nothing had to be deleted. */
    Mono<Void> begunAgain() {
        return changes.inTurn(Mono.defer(() -> {
            if (!ContainerTransition.RESTART.isPossibleFrom(info.status())) {
                return Mono.empty();
            }
            info = info.begunAgain();
            return save();
        }));
    }

    /** Notes that no other life has begun. */
    Mono<Void> notCreated() {
        return changes.inTurn(Mono.defer(() -> {
            if (!ContainerTransition.FAIL.isPossibleFrom(info.status())) {
                return Mono.empty();
            }
            info = info.exited(ExitStatus.unknown(), null)
                    .withNotes(info.notes().ended(endRequest.reason(), false));
            return save();
        }));
    }

    /** Notes what came of a probe. After the exit it does not count. */
    Mono<Void> probed(HealthReport report) {
        return changes.inTurn(Mono.defer(() -> {
            HealthStatus before = info.notes().health();
            if (!PROBED.contains(info.status())) {
                return Mono.empty();
            }
            health = report;
            info = info.withNotes(info.notes().withHealth(report.status()));
            return before == report.status() ? Mono.empty() : save().then(tellHealth(report.status()));
        }));
    }

    private Mono<Void> tellHealth(HealthStatus status) {
        return status == HealthStatus.STARTING
                ? Mono.empty()
                : Mono.fromRunnable(() -> events.publish(new HealthChanged(id, status)));
    }

    private Mono<Void> change(ContainerTransition transition, UnaryOperator<ContainerInfo> step, RuntimeEvent event) {
        return changes.inTurn(changeNow(transition, step, event));
    }

    private Mono<Void> changeNow(
            ContainerTransition transition, UnaryOperator<ContainerInfo> step, RuntimeEvent event) {
        return Mono.defer(() -> {
            if (transition.isPossibleFrom(info.status())) {
                info = step.apply(info);
            }
            return save().then(Mono.fromRunnable(() -> events.publish(event)));
        });
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

    /** Sends a signal, and has what was paused go on, to heed it. Not every runtime signals what is paused. */
    Mono<Void> signalThawed(Signal signal, KillOptions options) {
        Mono<Void> kill = Mono.defer(() -> context.runtime().kill(id, signal, options));
        return kill.onErrorResume(
                        IllegalContainerStateException.class,
                        refusal -> refusal.actual() == ContainerStatus.PAUSED
                                ? ensureThawed().then(kill)
                                : Mono.error(refusal))
                .then(ensureThawed());
    }

    Mono<Void> resume() {
        return context.runtime()
                .resume(id)
                .then(changed(ContainerTransition.RESUME, new Resumed(id)))
                .doOnSuccess(done -> setAwake(true));
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
