// SPDX-License-Identifier: Apache-2.0
/**
 * The life of a container as one pipeline, released on every ending. Start at
 * {@link io.runflux.orchestrator.Orchestrator}; {@link io.runflux.orchestrator.ContainerTransition} has the states.
 * What a container holds is in its {@link io.runflux.orchestrator.Resources}, which
 * {@link io.runflux.orchestrator.ResourceKeeper} writes down; the former tells what differs from hcsshim. Its runtime
 * is called through guards, whose order and defaults are those of {@link io.runflux.orchestrator.GuardOptions}. Where
 * the time of a creation is too long, {@link io.runflux.orchestrator.WarmPool} has some made beforehand.
 */
@NullMarked
package io.runflux.orchestrator;

import org.jspecify.annotations.NullMarked;
