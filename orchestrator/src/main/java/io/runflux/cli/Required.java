// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** For fields that the parser has set, or it would not have called the command. */
final class Required {
    private Required() {}

    static <T> T of(@Nullable T value) {
        return Objects.requireNonNull(value);
    }
}
