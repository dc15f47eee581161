// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A part of a command line: options, and the words after them.
 *
 * @param options by their names, without dashes
 * @param words what is left, from the first word that is no option, or after {@code --}
 */
record CommandLine(Map<String, String> options, List<String> words) {
    static CommandLine read(Syntax syntax, List<String> line) {
        Deque<String> left = new ArrayDeque<>(line);
        Map<String, String> options = new LinkedHashMap<>();
        while (!left.isEmpty() && left.element().matches("--?[^-].*")) {
            String[] parts = left.remove().replaceFirst("--?", "").split("=", 2);
            options.put(parts[0], value(syntax, parts, left));
        }
        if ("--".equals(left.peek())) {
            left.remove();
        }
        return new CommandLine(options, List.copyOf(left));
    }

    private static String value(Syntax syntax, String[] parts, Deque<String> left) {
        boolean isSwitch = syntax.switches().contains(parts[0]);
        if (!isSwitch && !syntax.options().contains(parts[0])) {
            throw new RuncFailure(1, "flag provided but not defined: -" + parts[0]);
        }
        if (parts.length == 2) {
            return parts[1];
        }
        if (!isSwitch && left.isEmpty()) {
            throw new RuncFailure(1, "flag needs an argument: -" + parts[0]);
        }
        return isSwitch ? "true" : left.remove();
    }

    boolean has(String name) {
        return "true".equals(options.get(name));
    }

    @Nullable
    String option(String name) {
        return options.get(name);
    }

    String option(String name, String absent) {
        return options.getOrDefault(name, absent);
    }

    String word(int index) {
        return words.get(index);
    }

    List<String> wordsFrom(int index) {
        return words.subList(index, words.size());
    }
}
