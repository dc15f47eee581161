// SPDX-License-Identifier: Apache-2.0
package io.runflux.wire;

import io.runflux.events.ContainerId;
import io.runflux.oci.ContainerStatus;
import io.runflux.runtime.ContainerOperation;
import io.runflux.runtime.FailedCommand;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of an error. Null is what it does not have.
 *
 * @param container the container
 * @param operation what was to be done with it
 * @param actual the state that it is in
 * @param required the states that it would have to be in
 * @param what what is not supported
 * @param runtime what does not support it
 * @param since since when something is so
 * @param failed the command that failed
 * @param errors what else went wrong
 */
public record ProblemFacts(
        @Nullable ContainerId container,
        @Nullable ContainerOperation operation,
        @Nullable ContainerStatus actual,
        @Nullable List<ContainerStatus> required,
        @Nullable String what,
        @Nullable String runtime,
        @Nullable Instant since,
        @Nullable FailedCommand failed,
        @Nullable List<Throwable> errors) {
    static final ProblemFacts NONE = new ProblemFacts(null, null, null, null, null, null, null, null, null);

    ProblemFacts withContainer(ContainerId value) {
        return new ProblemFacts(value, operation, actual, required, what, runtime, since, failed, errors);
    }

    ProblemFacts withOperation(ContainerOperation value) {
        List<ContainerStatus> allowed =
                value.allowedStatuses().stream().sorted().toList();
        return new ProblemFacts(container, value, actual, allowed, what, runtime, since, failed, errors);
    }

    ProblemFacts withActual(@Nullable ContainerStatus value) {
        return new ProblemFacts(container, operation, value, required, what, runtime, since, failed, errors);
    }

    ProblemFacts withSupport(String of, String by) {
        return new ProblemFacts(container, operation, actual, required, of, by, since, failed, errors);
    }

    ProblemFacts withSince(Instant value) {
        return new ProblemFacts(container, operation, actual, required, what, runtime, value, failed, errors);
    }

    ProblemFacts withFailed(@Nullable FailedCommand value) {
        return new ProblemFacts(container, operation, actual, required, what, runtime, since, value, errors);
    }

    ProblemFacts withErrors(List<Throwable> value) {
        return new ProblemFacts(container, operation, actual, required, what, runtime, since, failed, value);
    }
}
