// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import io.runflux.oci.ContainerStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes typed errors of what runtimes say. Nobody else knows their prose: runc 1.1, crun 1.8 and runsc of 2022. */
final class RuntimeErrors {
    private static final List<Rule> RULES = List.of(
            rule(Kind.NO_SUCH, "container does not exist"),
            rule(Kind.NO_SUCH, "error opening file `[^`]*/status`: No such file"),
            rule(Kind.NO_SUCH, "cannot open directory '[^']*'"),
            rule(Kind.NO_SUCH, "loading (container( \"[^\"]*\")?|sandbox): file does not exist"),
            rule(Kind.EXISTS, "container with (given ID already|id) exists"),
            rule(Kind.EXISTS, "container `[^`]*` already exists"),
            rule(Kind.STATE, "cannot start an already running container", ContainerStatus.RUNNING),
            rule(Kind.STATE, "cannot start a container that has stopped", ContainerStatus.STOPPED),
            rule(Kind.STATE, "cannot (start|exec in) a( container in the)? paused", ContainerStatus.PAUSED),
            rule(Kind.STATE, "Container cannot be checkpointed in (?<state>\\w+) state"),
            rule(Kind.NOT_RUNNING, "cannot exec in a stopped container", ContainerStatus.STOPPED),
            rule(Kind.STATE, "cannot delete container \\S+ that is not stopped: (?<state>\\w+)"),
            rule(Kind.STATE, "cannot start container \\S+ in state (?<state>\\w+)"),
            rule(Kind.STATE, "is not in `created` or `stopped` state"),
            rule(Kind.STATE, "cannot delete container that is not stopped without --force"),
            rule(Kind.STATE, "cannot open `[^`]*exec\\.fifo`"),
            rule(Kind.NOT_RUNNING, "container not running|sandbox is not running"),
            rule(Kind.NOT_RUNNING, "connecting to control server at PID \\d+: connection refused"),
            rule(Kind.NOT_RUNNING, "container (with id \\S+|`[^`]*`) is not running"),
            rule(Kind.STATE, "cannot (execute in|signal) container \\S+ in state (?<state>\\w+)"),
            rule(Kind.PROGRAM, "failed to load \\S+: no such file"),
            rule(Kind.NOT_RUNNING, "setns\\(pid="),
            rule(Kind.ID, "invalid (container )?(ID|id)( format|:)"),
            rule(Kind.ID, "cannot create state directory for"),
            rule(Kind.PROGRAM, "executable file (`[^`]*` )?not found in \\$PATH"),
            rule(Kind.PROGRAM, "exec: \"[^\"]*\": (stat .*no such file or directory|permission denied|is a directory)"),
            rule(Kind.BUNDLE, "error loading config\\.json"),
            rule(Kind.BUNDLE, "JSON specification file \\S+ not found"),
            rule(Kind.BUNDLE, "reading spec: error (opening|unmarshaling) spec"),
            rule(Kind.BUNDLE, "chdir `?/\\S*: no such file or directory|chdir `[^`]*` failed"),
            rule(Kind.BUNDLE, "create failed: (unexpected EOF|invalid character|json: )"),
            rule(Kind.BUNDLE, "process property must not be empty"));

    private static final Pattern BUSY =
            Pattern.compile("(?i)device or resource busy|text file busy|resource temporarily unavailable");

    private RuntimeErrors() {}

    /** Classifies by the logged error, or where there is none by standard error. */
    static OciRuntimeException classify(Subject subject, FailedCommand failed) {
        String logged = failed.logged();
        String text = logged == null ? failed.stderr() : logged;
        for (Rule rule : RULES) {
            Matcher matcher = rule.pattern().matcher(text);
            OciRuntimeException error = matcher.find() ? toError(rule, matcher, subject, failed) : null;
            if (error != null) {
                return error;
            }
        }
        return BUSY.matcher(text).find()
                ? new RuntimeBusyException("cannot " + subject, failed)
                : new CommandFailedException("cannot " + subject, failed, null);
    }

    /** Returns null where a rule needs what the subject does not tell. */
    private static @Nullable OciRuntimeException toError(
            Rule rule, Matcher matcher, Subject subject, FailedCommand failed) {
        ContainerId id = subject.id();
        if (id == null) {
            return null;
        }
        return switch (rule.kind()) {
            case NO_SUCH -> new NoSuchContainerException(id, failed);
            case EXISTS -> new ContainerAlreadyExistsException(id, failed);
            case PROGRAM -> new ProgramNotFoundException("cannot " + subject, failed, null);
            case BUNDLE -> toBundleError(subject.bundle(), failed);
            case ID -> new InvalidContainerIdException(id, failed);
            case STATE, NOT_RUNNING -> toStateError(rule, id, subject.operation(), actual(rule, matcher), failed);
        };
    }

    private static @Nullable OciRuntimeException toBundleError(@Nullable Path bundle, FailedCommand failed) {
        return bundle == null ? null : new InvalidBundleException(bundle, "the runtime refuses it", failed, null);
    }

    /** A deletion is never refused since nothing runs: what says so failed for another reason, and may have deleted. */
    private static @Nullable OciRuntimeException toStateError(
            Rule rule,
            ContainerId id,
            @Nullable ContainerOperation operation,
            @Nullable ContainerStatus actual,
            FailedCommand failed) {
        boolean isNotRunning = rule.kind() == Kind.NOT_RUNNING;
        if (operation == null || (isNotRunning && operation == ContainerOperation.DELETE)) {
            return null;
        }
        return isNotRunning
                ? new ContainerNotRunningException(id, operation, actual, failed)
                : new IllegalContainerStateException(id, operation, actual, failed);
    }

    private static @Nullable ContainerStatus actual(Rule rule, Matcher matcher) {
        boolean isNamed = rule.pattern().pattern().contains("(?<state>");
        return isNamed ? ContainerStatus.of(matcher.group("state")) : rule.status();
    }

    private static Rule rule(Kind kind, String regex) {
        return new Rule(kind, Pattern.compile(regex), null);
    }

    private static Rule rule(Kind kind, String regex, ContainerStatus status) {
        return new Rule(kind, Pattern.compile(regex), status);
    }

    private enum Kind {
        NO_SUCH,
        EXISTS,
        ID,
        STATE,
        NOT_RUNNING,
        PROGRAM,
        BUNDLE
    }

    private record Rule(
            Kind kind, Pattern pattern, @Nullable ContainerStatus status) {}
}
