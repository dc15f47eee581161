// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

/** The runtime that is installed cannot do that. Nothing was called. */
public final class NotSupportedException extends OciRuntimeException {
    private static final long serialVersionUID = 1L;

    /** What was asked for. */
    private final String what;

    /** What cannot do it. */
    private final String runtime;

    /**
     * Creates an error.
     *
     * @param what what was asked for, such as {@code checkpoint}
     * @param runtime what cannot do it, such as {@code crun 1.8.1}
     */
    public NotSupportedException(String what, String runtime) {
        super(what + " is not supported by " + runtime, null, null);
        this.what = what;
        this.runtime = runtime;
    }

    /**
     * Returns what was asked for.
     *
     * @return such as {@code checkpoint}
     */
    public String what() {
        return what;
    }

    /**
     * Returns what cannot do it.
     *
     * @return such as {@code crun 1.8.1}
     */
    public String runtime() {
        return runtime;
    }
}
