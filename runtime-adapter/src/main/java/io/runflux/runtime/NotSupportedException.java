// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

/** The runtime that is installed cannot do that. Nothing was called. */
public final class NotSupportedException extends OciRuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an error.
     *
     * @param what what was asked for, such as {@code checkpoint}
     * @param runtime what cannot do it, such as {@code crun 1.8.1}
     */
    public NotSupportedException(String what, String runtime) {
        super(what + " is not supported by " + runtime, null, null);
    }
}
