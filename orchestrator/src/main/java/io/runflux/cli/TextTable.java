// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table whose columns are as wide as what is in them. Each of its lines has as many cells as the first. */
record TextTable(List<List<String>> lines) {
    void print(PrintWriter out) {
        List<Integer> widths =
                IntStream.range(0, lines.get(0).size()).map(this::width).boxed().toList();
        lines.forEach(line -> out.println(toText(line, widths)));
    }

    private int width(int column) {
        return lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0);
    }

    private static String toText(List<String> line, List<Integer> widths) {
        return IntStream.range(0, line.size())
                .mapToObj(column -> line.get(column)
                        + " ".repeat(widths.get(column) - line.get(column).length()))
                .map(Printable::of)
                .collect(Collectors.joining(" "))
                .stripTrailing();
    }
}
