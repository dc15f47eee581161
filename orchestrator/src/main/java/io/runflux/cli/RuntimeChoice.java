// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import java.util.List;
import java.util.Map;

/**
 * The runtime that was asked for.
 *
 * @param name that of a runtime, or {@code auto}
 * @param flags further global flags
 * @param prefix the command that it is called through
 */
record RuntimeChoice(String name, Map<String, String> flags, List<String> prefix) {
    boolean isAuto() {
        return name.equals(Runtimes.AUTO);
    }

    boolean isHost() {
        return name.equals(Runtimes.HOST);
    }

    /** Settles what {@code auto} means where one runtime is needed; one that was named must be installed. */
    RuntimeChoice resolve() {
        if (isAuto()) {
            return new RuntimeChoice(Runtimes.preferred(), flags, prefix);
        }
        Runtimes.requireInstalled(name);
        return this;
    }
}
