// SPDX-License-Identifier: Apache-2.0
package io.runflux.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** The test needs these OCI runtimes; see {@link Requirements} for what happens without. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(Requirements.class)
public @interface RequiresRuntime {
    /**
     * Returns the runtimes, all of which are needed.
     *
     * @return names such as {@code runc}
     */
    String[] value();
}
