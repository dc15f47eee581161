// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.events.ExecId;
import io.runflux.events.ExitStatus;
import java.time.Duration;

/**
 * How a further process of a container ended.
 *
 * @param id the container
 * @param execId the process
 * @param status how it ended
 * @param isDrained whether its streams reached their end; if not, something held them beyond the drain timeout, and
 *     what it wrote afterwards is lost
 * @param duration from the start of the process to its exit
 */
public record ExecReport(ContainerId id, ExecId execId, ExitStatus status, boolean isDrained, Duration duration) {}
