// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.runflux.wire.Problem;
import io.runflux.wire.ProblemKind;
import io.runflux.wire.RefusedException;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Whose fault an error is. An {@link IllegalArgumentException} is the client's while its request is read, and while the
 * orchestrator judges values that were sent. All others say more of what is inside than anybody is to know.
 */
final class Faults {
    private Faults() {}

    /** Reads a part of a request. */
    static <T> T reading(Supplier<T> part) {
        try {
            return part.get();
        } catch (IllegalArgumentException e) {
            throw invalid(e);
        }
    }

    /** Does what values were sent for. Who refuses one says so by the plain class; its subclasses are accidents. */
    static <T> Mono<T> judging(Mono<T> work) {
        return work.onErrorMap(error -> error.getClass() == IllegalArgumentException.class, Faults::invalid);
    }

    private static RefusedException invalid(Throwable error) {
        return new RefusedException(ProblemKind.INVALID_REQUEST, String.valueOf(error.getMessage()));
    }

    /** Returns what a client is told. */
    static Problem toProblem(Throwable error) {
        boolean isAccident = error instanceof IllegalArgumentException
                || (error instanceof IllegalStateException state && !isTold(state));
        return Problem.of(isAccident ? new AssertionError(error) : error);
    }

    /** Of those without a kind of their own the plain class alone is one of ours, and of the orchestrator's state. */
    private static boolean isTold(IllegalStateException error) {
        return error.getClass() == IllegalStateException.class
                || !Problem.of(error).type().equals(ProblemKind.ILLEGAL_STATE.type());
    }

    static boolean isInternal(Problem problem) {
        return problem.type().equals(ProblemKind.INTERNAL.type());
    }
}
