// SPDX-License-Identifier: Apache-2.0
package io.runflux.metrics;

import io.runflux.events.ContainerId;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is watched.
 *
 * @param meter one of the kind {@link RunfluxMeter.Kind#OBSERVATION}
 * @param tagValues the values of its tags but the last, which is the outcome
 * @param containerId the container, which is no tag, or null if it is about none
 */
public record ObservedOperation(
        RunfluxMeter meter,
        List<String> tagValues,
        @Nullable ContainerId containerId) {
    /**
     * Checks the values.
     *
     * @param meter one of the kind {@link RunfluxMeter.Kind#OBSERVATION}
     * @param tagValues the values of its tags but the last, which is the outcome
     * @param containerId the container, or null if it is about none
     * @throws IllegalArgumentException if the meter is of another kind, or has another number of tags
     */
    public ObservedOperation {
        Objects.requireNonNull(meter, "meter");
        tagValues = List.copyOf(tagValues);
        if (meter.kind() != RunfluxMeter.Kind.OBSERVATION) {
            throw new IllegalArgumentException("meter must be an observation, was " + meter);
        }
        if (tagValues.size() != meter.tags().size() - 1) {
            throw new IllegalArgumentException(meter + " has tags " + meter.tags() + ", was given " + tagValues);
        }
    }

    /**
     * Returns a name for people, such as {@code runc create}.
     *
     * @return the values of the tags
     */
    public String words() {
        return String.join(" ", tagValues);
    }
}
