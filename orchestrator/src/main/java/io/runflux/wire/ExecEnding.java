// SPDX-License-Identifier: Apache-2.0
package io.runflux.wire;

import io.runflux.orchestrator.ExecReport;
import org.jspecify.annotations.Nullable;

/**
 * The last that is said of a further process.
 *
 * @param report how it ended, or null if it failed
 * @param problem why it failed, or null if it did not
 */
public record ExecEnding(
        @Nullable ExecReport report, @Nullable Problem problem) {}
