// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

/**
 * A child did not do what every child of a benchmark must do: close its output and exit with 0, as a hook with the
 * right output.
 */
final class ChildFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ChildFailedException(String contender, String what) {
        super(contender + ": the child " + what);
    }
}
