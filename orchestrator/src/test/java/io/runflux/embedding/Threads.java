// SPDX-License-Identifier: Apache-2.0
package io.runflux.embedding;

import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The kinds of threads of this JVM, which are their names without numbers. */
public final class Threads {
    private Threads() {}

    /** Returns those there are. */
    public static Set<String> kinds() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(thread -> thread.getName().replaceAll("[-#]?\\d+$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns those there are beside others. */
    public static Set<String> kindsBeside(Set<String> others) {
        Set<String> kinds = new TreeSet<>(kinds());
        kinds.removeAll(others);
        return kinds;
    }

    /** Waits for the threads of a kind that are about to end. */
    public static void awaitEnd(String kind) throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith(kind)) {
                thread.join(TimeUnit.SECONDS.toMillis(5));
            }
        }
    }
}
