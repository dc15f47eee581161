// SPDX-License-Identifier: Apache-2.0
/**
 * The words that every room of Runflux uses (ids, signals, exit statuses, events) and the stream that carries the
 * events. Start at {@link io.runflux.events.EventStream}; {@link io.runflux.events.EventSse} and
 * {@link io.runflux.events.EventLines} are for passing its events on.
 */
@NullMarked
package io.runflux.events;

import org.jspecify.annotations.NullMarked;
