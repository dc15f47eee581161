// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

import io.runflux.oci.ConsoleSize;
import io.runflux.oci.OciProcess;
import io.runflux.process.TerminalSize;
import java.util.Map;

/** Sizes of terminals. */
final class Terminals {
    private static final ConsoleSize DEFAULT_SIZE = new ConsoleSize(24, 80, Map.of());

    private Terminals() {}

    static TerminalSize size(OciProcess process) {
        ConsoleSize size = consoleSize(process);
        return new TerminalSize(Math.toIntExact(size.height()), Math.toIntExact(size.width()));
    }

    static ConsoleSize consoleSize(OciProcess process) {
        ConsoleSize size = process.consoleSize();
        return size == null ? DEFAULT_SIZE : size;
    }
}
