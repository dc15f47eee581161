// SPDX-License-Identifier: Apache-2.0
package io.runflux.embedding;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The kinds of threads of this JVM, which are their names without numbers. */
final class Threads {
    private Threads() {}

    static Set<String> kinds() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(thread -> thread.getName().replaceAll("[-#]?\\d+$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    static Set<String> kindsBeside(Set<String> others) {
        Set<String> kinds = new TreeSet<>(kinds());
        kinds.removeAll(others);
        return kinds;
    }
}
