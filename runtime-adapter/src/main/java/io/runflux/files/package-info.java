/** Whom files belong to, for the packages of this module alone. Start at {@link io.runflux.files.TrustedFiles}. */
@NullMarked
package io.runflux.files;

import org.jspecify.annotations.NullMarked;
