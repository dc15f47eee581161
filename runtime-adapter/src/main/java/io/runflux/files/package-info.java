/**
 * Whom files belong to, what is wrong with them, and what the kernel's own tell, for the packages of this module alone.
 * Start at {@link io.runflux.files.TrustedFiles}.
 */
@NullMarked
package io.runflux.files;

import org.jspecify.annotations.NullMarked;
