// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.time.Duration;

/**
 * What a process, and the children that it waited for, used until its end (getrusage(2)).
 *
 * @param userTime processor time in user mode
 * @param systemTime processor time in the kernel
 * @param maxResidentBytes the largest resident set
 */
public record ResourceUsage(Duration userTime, Duration systemTime, long maxResidentBytes) {}
