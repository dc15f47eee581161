// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import java.time.Duration;

/**
 * How a run ended.
 *
 * @param id the container
 * @param status how its process ended
 * @param isDrained whether its streams reached their end; if not, something held them beyond the drain timeout, and
 *     what it wrote afterwards is lost
 * @param duration from the start of the process to its exit
 * @param reason why it ended
 */
public record RunReport(ContainerId id, ExitStatus status, boolean isDrained, Duration duration, EndReason reason) {}
