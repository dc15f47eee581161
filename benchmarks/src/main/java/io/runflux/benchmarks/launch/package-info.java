// SPDX-License-Identifier: Apache-2.0
/** Questions about the launcher. */
@NullMarked
package io.runflux.benchmarks.launch;

import org.jspecify.annotations.NullMarked;
