// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.time.Duration;

/** What a {@link NativeProcess} needs of its launcher. */
record NativeSettings(Libc libc, Duration postKillTimeout, boolean isSubreaper) {}
