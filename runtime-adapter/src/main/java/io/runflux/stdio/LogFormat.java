// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import java.util.Arrays;
import java.util.List;

/** How the records of a log are written down. */
enum LogFormat {
    PLAIN("plain"),
    JSON_LINES("json"),
    CRI("cri");

    private final String word;

    LogFormat(String word) {
        this.word = word;
    }

    static LogFormat parse(String word) {
        return Arrays.stream(values())
                .filter(format -> format.word.equals(word))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("format must be one of " + words() + ", was '" + word + "'"));
    }

    private static List<String> words() {
        return Arrays.stream(values()).map(format -> format.word).toList();
    }
}
