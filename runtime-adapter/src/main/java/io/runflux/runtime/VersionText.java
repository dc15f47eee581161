// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import java.util.List;

/** Reads what runtimes say to {@code --version}. */
final class VersionText {
    private VersionText() {}

    /** A distribution puts its own revision into the commit, if anywhere: where it refines the version, it is taken. */
    static String parse(String name, String stdout) {
        List<String> lines = stdout.lines().map(String::strip).toList();
        String version = lines.isEmpty() ? "" : after(lines.get(0), name + " version ");
        String commit = lines.stream().map(line -> after(line, "commit: ")).reduce("", VersionText::firstNonEmpty);
        return !version.isEmpty() && commit.startsWith(version) ? commit : version;
    }

    private static String firstNonEmpty(String first, String second) {
        return first.isEmpty() ? second : first;
    }

    private static String after(String line, String prefix) {
        return line.startsWith(prefix) ? line.substring(prefix.length()).strip() : "";
    }
}
