// SPDX-License-Identifier: Apache-2.0
package io.runflux.wire;

import io.runflux.events.ExitStatus;

/**
 * How a further process ended, and what it wrote.
 *
 * @param exitStatus how it ended
 * @param stdout the first 1,048,576 bytes of its output, in base64
 * @param stderr the first 1,048,576 bytes of its errors, in base64
 * @param truncated whether it wrote more, which was read and dropped
 */
public record ExecOutput(ExitStatus exitStatus, String stdout, String stderr, boolean truncated) {}
