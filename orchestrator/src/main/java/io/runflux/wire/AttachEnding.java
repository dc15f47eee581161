// SPDX-License-Identifier: Apache-2.0
package io.runflux.wire;

import io.runflux.events.ExitStatus;
import org.jspecify.annotations.Nullable;

/**
 * The last that is said to who is attached.
 *
 * @param exitStatus how the container ended, or null if it has not
 * @param problem why it failed, or null if it did not
 */
public record AttachEnding(
        @Nullable ExitStatus exitStatus, @Nullable Problem problem) {}
