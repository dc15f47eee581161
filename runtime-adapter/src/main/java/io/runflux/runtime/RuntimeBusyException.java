// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import org.jspecify.annotations.Nullable;

/**
 * The runtime met something that was busy: a control group that is not empty yet ({@code EBUSY}), a program that is
 * open for writing ({@code ETXTBSY}), or a limit of the kernel that is reached ({@code EAGAIN}). The same call may
 * succeed a moment later; what it was about may be done in part.
 */
public final class RuntimeBusyException extends OciRuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates an error.
     *
     * @param message what failed
     * @param failed the command that failed, or null if none did
     */
    public RuntimeBusyException(String message, @Nullable FailedCommand failed) {
        super(message, failed, null);
    }
}
