// SPDX-License-Identifier: Apache-2.0
/**
 * The non-blocking process launcher: no thread waits for a process, and no thread waits for a pipe. Start at
 * {@link io.runflux.process.ProcessLauncher}.
 *
 * <p>On Linux with pidfds (5.4 and later) children are spawned by {@code posix_spawn} and watched on Reactor Netty's
 * event loops. Elsewhere the same interface stands on {@link java.lang.Process};
 * {@link io.runflux.process.ProcessLauncher#isNative()} tells which.
 */
@NullMarked
package io.runflux.process;

import org.jspecify.annotations.NullMarked;
