// SPDX-License-Identifier: Apache-2.0
/** Questions about events: their delivery, replay, JSON, and what a server sends of them. */
@NullMarked
package io.runflux.benchmarks.events;

import org.jspecify.annotations.NullMarked;
