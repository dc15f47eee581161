// SPDX-License-Identifier: Apache-2.0
/**
 * What the server and the client say to one another: operations, answers and problems as JSON, the frames of streams,
 * and the paths. Begin with {@link io.runflux.wire.WireJson}.
 */
@NullMarked
package io.runflux.wire;

import org.jspecify.annotations.NullMarked;
