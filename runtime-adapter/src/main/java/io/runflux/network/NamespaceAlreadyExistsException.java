// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

/** There is a file of the name of a namespace already, a namespace or what is left of one. */
public final class NamespaceAlreadyExistsException extends NetworkException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an error.
     *
     * @param namespace what is there already
     */
    public NamespaceAlreadyExistsException(NetworkNamespace namespace) {
        super("network namespace " + namespace.path() + " exists already", null);
    }
}
