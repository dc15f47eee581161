// SPDX-License-Identifier: Apache-2.0
package io.runflux.wire;

/** A problem that has no error of its own: one of HTTP, or one that only a newer server knows. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    private final transient Problem problem;

    /**
     * Creates an error.
     *
     * @param problem what went wrong
     */
    public RefusedException(Problem problem) {
        super(problem.detail(), null, true, false);
        this.problem = problem;
    }

    /**
     * Creates an error.
     *
     * @param kind what kind of problem it is
     * @param detail what went wrong
     */
    public RefusedException(ProblemKind kind, String detail) {
        this(kind.problem(detail));
    }

    /**
     * Returns what went wrong.
     *
     * @return the problem
     */
    public Problem problem() {
        return problem;
    }
}
