// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

/** For text of a container's, which could do things to a terminal. */
final class Printable {
    private Printable() {}

    static String of(String text) {
        return text.replaceAll("\\p{Cc}", "?");
    }
}
