// SPDX-License-Identifier: Apache-2.0
package io.runflux.wire;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong, as RFC 9457 has it. {@link ProblemKind} has the table of kinds.
 *
 * @param type {@code urn:runflux:problem:} and the name of the kind
 * @param title the kind in words
 * @param status the code of HTTP
 * @param detail what went wrong
 * @param instance what was asked for, or null
 * @param facts the values of the error, or null if it has none
 */
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        @Nullable String instance,
        @Nullable ProblemFacts facts) {
    /** The media type. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /**
     * Checks the values.
     *
     * @param type {@code urn:runflux:problem:} and the name of the kind
     * @param title the kind in words
     * @param status the code of HTTP
     * @param detail what went wrong
     * @param instance what was asked for, or null
     * @param facts the values of the error, or null if it has none
     */
    public Problem {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(detail, "detail");
    }

    /**
     * Returns an error as a problem. Of one that is in no table nothing is told.
     *
     * @param error the error
     * @return the problem
     */
    public static Problem of(Throwable error) {
        return ProblemKind.toProblem(error);
    }

    /**
     * Returns this problem with another instance.
     *
     * @param value what was asked for, or null
     * @return the problem
     */
    public Problem withInstance(@Nullable String value) {
        return new Problem(type, title, status, detail, value, facts);
    }

    /**
     * Returns the error that this problem was made of, of the same class and with the same values.
     *
     * @return the error; a {@link RefusedException} if its kind is not known, or it has no error of its own
     */
    public RuntimeException toException() {
        return ProblemKind.toException(this);
    }
}
