// SPDX-License-Identifier: Apache-2.0
/** Services that embed Runflux, each as its author would write it. */
@NullMarked
package io.runflux.embedding;

import org.jspecify.annotations.NullMarked;
