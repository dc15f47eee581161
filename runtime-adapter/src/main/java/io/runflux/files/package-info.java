/**
 * Whom files belong to, and what is wrong with them, for the packages of this module alone. Start at
 * {@link io.runflux.files.TrustedFiles}.
 */
@NullMarked
package io.runflux.files;

import org.jspecify.annotations.NullMarked;
