// SPDX-License-Identifier: Apache-2.0
/**
 * The life of a container as one pipeline, released on every ending. Start at
 * {@link io.runflux.orchestrator.Orchestrator}.
 */
@NullMarked
package io.runflux.orchestrator;

import org.jspecify.annotations.NullMarked;
