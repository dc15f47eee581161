// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * What a {@link NativeProcess} needs of its launcher.
 *
 * @param largePipes how many more pipes of its children may become large
 */
record NativeSettings(Libc libc, Duration postKillTimeout, boolean isSubreaper, Semaphore largePipes) {}
