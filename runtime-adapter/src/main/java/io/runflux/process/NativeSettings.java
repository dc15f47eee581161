// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.time.Duration;
import java.util.concurrent.Semaphore;

/** What a {@link NativeProcess} needs of its launcher. */
record NativeSettings(Libc libc, Duration postKillTimeout, boolean isSubreaper, Semaphore largePipes) {
    NativeSettings(Libc libc, Duration postKillTimeout, boolean isSubreaper) {
        this(libc, postKillTimeout, isSubreaper, new Semaphore(PipeGrowth.MAX_LARGE));
    }
}
