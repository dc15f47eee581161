// SPDX-License-Identifier: Apache-2.0
package io.runflux.wire;

import io.runflux.orchestrator.RunReport;
import org.jspecify.annotations.Nullable;

/**
 * The last that is said of a run.
 *
 * @param report how it ended, or null if it failed
 * @param problem why it failed, or null if it did not
 */
public record RunEnding(
        @Nullable RunReport report, @Nullable Problem problem) {}
