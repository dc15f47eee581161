/** Hooks that Runflux runs itself. */
@NullMarked
package io.runflux.hooks;

import org.jspecify.annotations.NullMarked;
