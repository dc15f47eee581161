// SPDX-License-Identifier: Apache-2.0
/** Questions about logs. */
@NullMarked
package io.runflux.benchmarks.logs;

import org.jspecify.annotations.NullMarked;
