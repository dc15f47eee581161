// SPDX-License-Identifier: Apache-2.0
/** Questions about containers: their life, processes in them, and those that wait to be started. */
@NullMarked
package io.runflux.benchmarks.runtime;

import org.jspecify.annotations.NullMarked;
