// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import java.util.List;
import java.util.stream.Collectors;

/** Some of what a container held could not be released; the rest was. The message says each. */
public final class ResourceReleaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    private final transient List<Failure> failures;

    ResourceReleaseException(ContainerId container, List<Failure> failures) {
        super(
                "container " + container + " still holds " + words(failures),
                failures.get(0).error());
        this.failures = List.copyOf(failures);
        failures.stream().skip(1).map(Failure::error).forEach(this::addSuppressed);
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
        return failures.stream().map(Failure::error).toList();
    }

    /** What could not be released, and why. */
    record Failure(String what, Throwable error) {}
}
