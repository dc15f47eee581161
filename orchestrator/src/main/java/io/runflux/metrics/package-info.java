// SPDX-License-Identifier: Apache-2.0
/**
 * What Runflux tells about itself: meters and observations, all named in {@link io.runflux.metrics.RunfluxMeter}.
 *
 * <p>Begin with {@link io.runflux.metrics.PrometheusMeters}, which needs nothing else, or with
 * {@link io.runflux.metrics.MicrometerMeters} and {@link io.runflux.metrics.MicrometerObservations}, which need
 * Micrometer; an orchestrator is given them by its builder, and without them counts nothing. Nothing that is recorded
 * has a tag whose values are not few: ids, images, paths and commands belong to observations and logs.
 */
@NullMarked
package io.runflux.metrics;

import org.jspecify.annotations.NullMarked;
