// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What is logged meanwhile, as the tests' binding of SLF4J writes it. */
final class LogWords implements AutoCloseable {
    private final PrintStream before = System.err;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    LogWords() {
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    }

    String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** The lines of one logger, without what stands before their words. */
    List<String> of(String logger) {
        return text().lines()
                .filter(line -> line.contains(logger + " - "))
                .map(line -> line.substring(line.indexOf(" - ") + 3))
                .toList();
    }

    @Override
    public void close() {
        System.setErr(before);
        before.print(text());
    }
}
