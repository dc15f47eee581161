// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import java.util.List;
import java.util.stream.Collectors;

/** Some of what a container held could not be released; the rest was. The message says each. */
public final class ResourceReleaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    private final transient List<Throwable> errors;

    ResourceReleaseException(ContainerId container, List<Failure> failures) {
        super(
                "container " + container + " still holds " + words(failures),
                failures.get(0).error());
        errors = failures.stream().map(Failure::error).toList();
        errors.stream().skip(1).forEach(this::addSuppressed);
    }

    /**
     * Makes what was told by somebody else, such as a server.
     *
     * @param message what failed and why
     * @param errors what went wrong, one for each resource
     */
    public ResourceReleaseException(String message, List<Throwable> errors) {
        super(message, errors.isEmpty() ? null : errors.get(0));
        this.errors = List.copyOf(errors);
        errors.stream().skip(1).forEach(this::addSuppressed);
    }

    private static String words(List<Failure> failures) {
        return failures.stream()
                .map(failure -> failure.what() + ": " + reason(failure.error()))
                .collect(Collectors.joining("; "));
    }

    private static String reason(Throwable error) {
        return error instanceof RuntimeException && error.getMessage() != null
                ? String.valueOf(error.getMessage())
                : error.toString();
    }

    /**
     * Returns what went wrong.
     *
     * @return the errors in the order of release, at least one; the first is the cause, the others are suppressed
     */
    public List<Throwable> errors() {
        return errors;
    }

    /** What could not be released, and why. */
    record Failure(String what, Throwable error) {}
}
