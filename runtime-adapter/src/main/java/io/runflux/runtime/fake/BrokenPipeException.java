// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

/** Nobody reads the other end any more: what the kernel says by SIGPIPE. */
final class BrokenPipeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenPipeException() {
        super("Broken pipe");
    }
}
