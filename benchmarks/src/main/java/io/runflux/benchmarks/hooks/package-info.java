// SPDX-License-Identifier: Apache-2.0
/** Questions about hooks. */
@NullMarked
package io.runflux.benchmarks.hooks;

import org.jspecify.annotations.NullMarked;
