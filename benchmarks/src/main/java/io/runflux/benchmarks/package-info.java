// SPDX-License-Identifier: Apache-2.0
/**
 * Benchmarks of Runflux beside what its users would pick instead, measured in the same run. Start at
 * {@link io.runflux.benchmarks.Suite}.
 */
@NullMarked
package io.runflux.benchmarks;

import org.jspecify.annotations.NullMarked;
