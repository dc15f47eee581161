// SPDX-License-Identifier: Apache-2.0
package io.runflux.wire;

import io.runflux.events.ContainerId;
import io.runflux.events.TooManySubscribersException;
import io.runflux.hooks.ConfigFilterException;
import io.runflux.hooks.HookException;
import io.runflux.network.NetworkException;
import io.runflux.orchestrator.AttachmentTooSlowException;
import io.runflux.orchestrator.CallTimeoutException;
import io.runflux.orchestrator.CircuitOpenException;
import io.runflux.orchestrator.NoLogException;
import io.runflux.orchestrator.ResourceReleaseException;
import io.runflux.orchestrator.RunTimeoutException;
import io.runflux.orchestrator.TooManyCallsException;
import io.runflux.orchestrator.TooManyOperationsException;
import io.runflux.process.ProcessException;
import io.runflux.runtime.CommandFailedException;
import io.runflux.runtime.ContainerAlreadyExistsException;
import io.runflux.runtime.ContainerNotRunningException;
import io.runflux.runtime.IllegalContainerStateException;
import io.runflux.runtime.InvalidBundleException;
import io.runflux.runtime.InvalidContainerIdException;
import io.runflux.runtime.NoSuchContainerException;
import io.runflux.runtime.NoSuchProcessException;
import io.runflux.runtime.NotSupportedException;
import io.runflux.runtime.OciRuntimeException;
import io.runflux.runtime.ProgramNotFoundException;
import io.runflux.runtime.RuntimeBusyException;
import io.runflux.runtime.RuntimeTimeoutException;
import io.runflux.runtime.RuntimeUnavailableException;
import io.runflux.stdio.UpstreamException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The table of problems: which error is which problem, with which code, and how a client makes the error of the problem
 * again. Names are never changed.
 */
public enum ProblemKind {
    /** A value that cannot be. */
    INVALID_REQUEST(400, IllegalArgumentException.class, told -> new IllegalArgumentException(told.detail())),
    /** An id that the runtime does not take. */
    INVALID_CONTAINER_ID(
            400,
            InvalidContainerIdException.class,
            told -> new InvalidContainerIdException(told.words(), told.facts().failed())),
    /** No credentials, or wrong ones. */
    UNAUTHORIZED(401),
    /** A page of somewhere else. */
    FORBIDDEN_ORIGIN(403),
    /** No such path. */
    NO_SUCH_PATH(404),
    /** No such container. */
    NO_SUCH_CONTAINER(
            404,
            NoSuchContainerException.class,
            told -> new NoSuchContainerException(told.container(), told.facts().failed())),
    /** No such process in a container. */
    NO_SUCH_PROCESS(
            404,
            NoSuchProcessException.class,
            told -> new NoSuchProcessException(told.words(), told.facts().failed())),
    /** A container without a log. */
    NO_LOG(404, NoLogException.class, told -> new NoLogException(told.container())),
    /** A method that the path does not have. */
    METHOD_NOT_ALLOWED(405),
    /** An answer of a type that there is none of. */
    NOT_ACCEPTABLE(406),
    /** A body that did not come in time. */
    REQUEST_TIMEOUT(408),
    /** The container is there already. */
    CONTAINER_ALREADY_EXISTS(
            409,
            ContainerAlreadyExistsException.class,
            told -> new ContainerAlreadyExistsException(
                    told.container(), told.facts().failed())),
    /** The container is in another state. */
    ILLEGAL_CONTAINER_STATE(
            409,
            IllegalContainerStateException.class,
            told -> new IllegalContainerStateException(
                    told.container(),
                    Objects.requireNonNull(told.facts().operation(), "operation"),
                    told.facts().actual(),
                    told.facts().failed())),
    /** The container does not run. */
    CONTAINER_NOT_RUNNING(
            409,
            ContainerNotRunningException.class,
            told -> new ContainerNotRunningException(
                    told.container(),
                    Objects.requireNonNull(told.facts().operation(), "operation"),
                    told.facts().actual(),
                    told.facts().failed())),
    /** The orchestrator is in another state. */
    ILLEGAL_STATE(409, IllegalStateException.class, told -> new IllegalStateException(told.detail())),
    /** A body that is too long. */
    TOO_LARGE(413),
    /** A body that is not JSON. */
    UNSUPPORTED_MEDIA_TYPE(415),
    /** Another host is meant. */
    MISDIRECTED(421),
    /** A bundle that cannot be run. */
    INVALID_BUNDLE(
            422,
            InvalidBundleException.class,
            told -> new InvalidBundleException(told.words(), told.facts().failed())),
    /** A program that is not there. */
    PROGRAM_NOT_FOUND(
            422,
            ProgramNotFoundException.class,
            told -> new ProgramNotFoundException(told.words(), told.facts().failed(), null)),
    /** A path that is for WebSockets. */
    UPGRADE_REQUIRED(426),
    /** Too much waits for one container. */
    TOO_MANY_OPERATIONS(
            429,
            TooManyOperationsException.class,
            told -> new TooManyOperationsException(told.detail(), told.container())),
    /** An error that is nobody's but ours. */
    INTERNAL(500),
    /** The runtime failed. */
    COMMAND_FAILED(
            500,
            CommandFailedException.class,
            told -> new CommandFailedException(told.words(), told.facts().failed(), null)),
    /** Something is still held. */
    RESOURCE_RELEASE(
            500,
            ResourceReleaseException.class,
            told -> new ResourceReleaseException(
                    told.detail(), Objects.requireNonNull(told.facts().errors(), "errors"))),
    /** A network failed. */
    NETWORK_FAILED(500, NetworkException.class, told -> new NetworkException(told.detail(), null)),
    /** A log failed. */
    LOG_FAILED(500, UpstreamException.class, told -> new UpstreamException(told.detail(), null)),
    /** A process or its streams failed. */
    PROCESS_FAILED(500, ProcessException.class, told -> new ProcessException(told.detail(), null)),
    /** A hook failed. */
    HOOK_FAILED(500, HookException.class, null),
    /** A hook that changes configurations failed. */
    CONFIG_FILTER_FAILED(500, ConfigFilterException.class, null),
    /** Who is attached reads too slowly. */
    ATTACHMENT_TOO_SLOW(
            500,
            AttachmentTooSlowException.class,
            told -> new AttachmentTooSlowException(told.detail(), told.container())),
    /** The runtime cannot do that. */
    NOT_SUPPORTED(
            501,
            NotSupportedException.class,
            told -> new NotSupportedException(
                    Objects.requireNonNull(told.facts().what(), "what"),
                    Objects.requireNonNull(told.facts().runtime(), "runtime"))),
    /** The server ends. */
    CLOSING(503),
    /** As many streams as there may be. */
    TOO_MANY_STREAMS(503),
    /** As many subscribers as there may be. */
    TOO_MANY_SUBSCRIBERS(
            503, TooManySubscribersException.class, told -> new TooManySubscribersException(told.detail())),
    /** The runtime is not there. */
    RUNTIME_UNAVAILABLE(
            503, RuntimeUnavailableException.class, told -> new RuntimeUnavailableException(told.detail(), null)),
    /** The runtime is busy. */
    RUNTIME_BUSY(
            503,
            RuntimeBusyException.class,
            told -> new RuntimeBusyException(told.words(), told.facts().failed())),
    /** As many calls of the runtime as there may be. */
    TOO_MANY_CALLS(503, TooManyCallsException.class, told -> new TooManyCallsException(told.detail())),
    /** The runtime is not called, since it fails. */
    CIRCUIT_OPEN(
            503,
            CircuitOpenException.class,
            told -> new CircuitOpenException(
                    told.detail(), Objects.requireNonNull(told.facts().since(), "since"))),
    /** The runtime did not answer. */
    CALL_TIMEOUT(
            504,
            CallTimeoutException.class,
            told -> new CallTimeoutException(told.detail(), told.facts().actual())),
    /** A command of the runtime took too long. */
    RUNTIME_TIMEOUT(
            504,
            RuntimeTimeoutException.class,
            told -> new RuntimeTimeoutException(told.words(), told.facts().failed())),
    /** A run took too long. */
    RUN_TIMEOUT(504, RunTimeoutException.class, told -> new RunTimeoutException(told.detail()));

    private static final String PREFIX = "urn:runflux:problem:";
    private static final Map<Class<?>, ProblemKind> BY_ERROR = Arrays.stream(values())
            .filter(kind -> kind.error != null)
            .collect(Collectors.toMap(kind -> kind.error, Function.identity()));
    private static final Map<String, ProblemKind> BY_TYPE =
            Arrays.stream(values()).collect(Collectors.toMap(ProblemKind::type, Function.identity()));

    private final int status;
    private final @Nullable Class<? extends Throwable> error;
    /** None of these functions has a state. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final @Nullable Function<Told, RuntimeException> again;

    ProblemKind(int status) {
        this(status, null, null);
    }

    ProblemKind(
            int status, @Nullable Class<? extends Throwable> error, @Nullable Function<Told, RuntimeException> again) {
        this.status = status;
        this.error = error;
        this.again = again;
    }

    /**
     * Returns the code of HTTP.
     *
     * @return from 400 to 599
     */
    public int status() {
        return status;
    }

    /**
     * Returns the name that is told.
     *
     * @return such as {@code urn:runflux:problem:no-such-container}
     */
    public String type() {
        return PREFIX + words("-");
    }

    private String words(String between) {
        return name().toLowerCase(Locale.ROOT).replace("_", between);
    }

    /**
     * Makes a problem of this kind.
     *
     * @param detail what went wrong
     * @return the problem
     */
    public Problem problem(String detail) {
        return new Problem(type(), words(" "), status, detail, null, null);
    }

    static Problem toProblem(Throwable error) {
        if (error instanceof RefusedException refused) {
            return refused.problem();
        }
        ProblemKind kind = of(error.getClass());
        if (kind == INTERNAL) {
            return INTERNAL.problem("something failed inside; the server's log says what");
        }
        String detail = error instanceof OciRuntimeException failed ? failed.summary() : error.getMessage();
        ProblemFacts facts = facts(error);
        Problem bare = kind.problem(String.valueOf(detail));
        return new Problem(
                bare.type(),
                bare.title(),
                bare.status(),
                bare.detail(),
                null,
                facts.equals(ProblemFacts.NONE) ? null : facts);
    }

    private static ProblemKind of(Class<?> error) {
        for (Class<?> type = error; type != null; type = type.getSuperclass()) {
            ProblemKind kind = BY_ERROR.get(type);
            if (kind != null) {
                return kind;
            }
        }
        return OciRuntimeException.class.isAssignableFrom(error) ? COMMAND_FAILED : INTERNAL;
    }

    private static ProblemFacts facts(Throwable error) {
        ProblemFacts facts = ProblemFacts.NONE;
        if (error instanceof OciRuntimeException failed) {
            facts = facts.withFailed(failed.failedCommand());
        }
        if (error instanceof IllegalContainerStateException state) {
            return facts.withContainer(state.id())
                    .withOperation(state.operation())
                    .withActual(state.actual());
        } else if (error instanceof NoSuchContainerException missing) {
            return facts.withContainer(missing.id());
        } else if (error instanceof ContainerAlreadyExistsException present) {
            return facts.withContainer(present.id());
        } else if (error instanceof NotSupportedException unsupported) {
            return facts.withSupport(unsupported.what(), unsupported.runtime());
        } else if (error instanceof CallTimeoutException late) {
            return facts.withActual(late.status());
        } else if (error instanceof CircuitOpenException open) {
            return facts.withSince(open.since());
        }
        return factsOfOurs(error, facts);
    }

    private static ProblemFacts factsOfOurs(Throwable error, ProblemFacts facts) {
        if (error instanceof NoLogException none) {
            return facts.withContainer(none.id());
        } else if (error instanceof TooManyOperationsException many) {
            return facts.withContainer(many.id());
        } else if (error instanceof AttachmentTooSlowException slow) {
            return facts.withContainer(slow.id());
        } else if (error instanceof ResourceReleaseException held) {
            return facts.withErrors(held.errors());
        }
        return facts;
    }

    static RuntimeException toException(Problem problem) {
        ProblemKind kind = BY_TYPE.get(problem.type());
        if (kind == null || kind.again == null) {
            return new RefusedException(problem);
        }
        ProblemFacts facts = problem.facts() == null ? ProblemFacts.NONE : problem.facts();
        try {
            return kind.again.apply(new Told(problem.detail(), facts));
        } catch (NullPointerException incomplete) {
            return new RefusedException(problem);
        }
    }

    private record Told(String detail, ProblemFacts facts) {
        ContainerId container() {
            return Objects.requireNonNull(facts.container(), "container");
        }

        /** What it says beside its command's own words, which the error adds by itself. */
        String words() {
            String added = facts.failed() == null ? "" : ": " + facts.failed().outcome();
            return detail.endsWith(added) ? detail.substring(0, detail.length() - added.length()) : detail;
        }
    }
}
