// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.ContainerId;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a call is about, for the words and the kind of its error. */
record Subject(
        String verb,
        @Nullable ContainerId id,
        @Nullable ContainerOperation operation,
        @Nullable Path bundle) {
    static Subject of(String verb) {
        return new Subject(verb, null, null, null);
    }

    static Subject of(String verb, ContainerId id) {
        return new Subject(verb, id, null, null);
    }

    static Subject of(ContainerOperation operation, ContainerId id) {
        return new Subject(operation.toString(), id, operation, null);
    }

    static Subject of(String verb, ContainerId id, Path bundle) {
        return new Subject(verb, id, null, bundle);
    }

    /** Whether hooks of the container may run during the call; what they leave in the background is the container's. */
    boolean runsHooks() {
        return operation == ContainerOperation.START || operation == ContainerOperation.DELETE;
    }

    /** Returns the words for a checkpoint. */
    @Override
    public String toString() {
        return id == null ? verb : verb + " " + id;
    }
}
