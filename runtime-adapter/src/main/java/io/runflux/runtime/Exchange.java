// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a runtime leaves what it has for the caller of one command.
 *
 * @param pidFile where it writes the pid on the host
 * @param innerPidFile where runsc writes the pid of its sandbox
 * @param consoleSocket where it sends the master of the terminal, or null for none
 * @param pidfdSocket where it sends a pidfd of init, or null for none
 */
record Exchange(
        Path pidFile,
        Path innerPidFile,
        @Nullable Path consoleSocket,
        @Nullable Path pidfdSocket) {}
