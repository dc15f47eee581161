// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The processes of a container as {@code ps} prints them, with the columns that were asked of it.
 *
 * @param headers the names of the columns, in order; empty if nothing was printed
 * @param rows the processes, each with one value a column
 */
public record ProcessTable(List<String> headers, List<List<String>> rows) {
    private static final String PID = "PID";
    private static final String NO_PID = "-";
    private static final Pattern BLANKS = Pattern.compile("[ \\t\\n\\x0B\\f\\r]+");

    /**
     * Checks and copies the values.
     *
     * @param headers the names of the columns, in order; empty if nothing was printed
     * @param rows the processes, each with one value a column
     * @throws IllegalArgumentException if a row has more or fewer values than there are columns
     */
    public ProcessTable {
        headers = List.copyOf(headers);
        rows = rows.stream().map(List::copyOf).toList();
        for (List<String> row : rows) {
            if (row.size() != headers.size()) {
                throw new IllegalArgumentException(
                        "a row must have " + headers.size() + " values, one a column, had " + row.size());
            }
        }
    }

    /**
     * Returns the values of a column.
     *
     * @param name its header, such as {@code PID}
     * @return the values, one a row, in order
     * @throws IllegalArgumentException if there is no such column
     */
    public List<String> column(String name) {
        int index = headers.indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException("there is no column '" + name + "', the columns are " + headers);
        }
        return rows.stream().map(row -> row.get(index)).toList();
    }

    /**
     * Reads what {@code ps} printed. The last column takes what is left of its line, with single blanks between the
     * words, or is empty. Lines without a pid are threads, and left out. Values are not quoted in errors: command lines
     * may hold secrets.
     *
     * @throws IllegalArgumentException if there are no headers or there is none of pids, or a line is too short
     */
    static ProcessTable parse(String text) {
        List<String> lines = List.of(text.split("\n", -1));
        List<String> headers = words(lines.get(0));
        int pid = pidColumn(headers);
        List<List<String>> rows = new ArrayList<>();
        for (int line = 1; line < lines.size(); line++) {
            List<String> words = words(lines.get(line));
            if (!words.isEmpty() && isProcess(words, pid, headers, line + 1)) {
                rows.add(row(words, headers.size() - 1));
            }
        }
        return new ProcessTable(headers, rows);
    }

    private static List<String> words(String line) {
        return BLANKS.splitAsStream(line).filter(word -> !word.isEmpty()).toList();
    }

    private static int pidColumn(List<String> headers) {
        int pid = headers.indexOf(PID);
        if (pid < 0 && !headers.isEmpty()) {
            throw new IllegalArgumentException("ps must print a column " + PID + ", printed " + headers);
        }
        return pid;
    }

    /** The last column may be empty, unless it is that of the pids. */
    private static boolean isProcess(List<String> words, int pid, List<String> headers, int line) {
        if (headers.isEmpty()) {
            throw new IllegalArgumentException("ps must print its columns on line 1, printed more on line " + line);
        }
        int needed = Math.max(headers.size() - 1, pid + 1);
        if (words.size() < needed) {
            throw new IllegalArgumentException("line " + line + " of ps must have at least " + needed
                    + " values for the columns " + headers + ", had " + words.size());
        }
        return !words.get(pid).equals(NO_PID);
    }

    private static List<String> row(List<String> words, int last) {
        List<String> row = new ArrayList<>(words.subList(0, last));
        row.add(String.join(" ", words.subList(last, words.size())));
        return row;
    }
}
