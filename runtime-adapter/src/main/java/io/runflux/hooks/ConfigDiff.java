// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.patch.Patch;
import com.google.re2j.Pattern;
import io.runflux.oci.OciJson;
import io.runflux.oci.Spec;
import java.util.List;
import java.util.stream.Collectors;

/** Compares two configurations line by line. */
final class ConfigDiff {
    /** Comparing takes the square of it in the worst case, and real configurations have some hundred lines. */
    static final int MAX_LINES = 5_000;

    private static final int CONTEXT = 1;
    private static final Pattern VARIABLE = Pattern.compile("^([ +-]\\s*\"(?:[^\"=\\\\]|\\\\.)+=).*?(\",?)$");

    private ConfigDiff() {}

    static String between(Spec before, Spec after) {
        List<String> old = lines(before);
        List<String> changed = lines(after);
        if (old.size() > MAX_LINES || changed.size() > MAX_LINES) {
            return "(no diff of " + old.size() + " and " + changed.size() + " lines, more than " + MAX_LINES + ")";
        }
        Patch<String> patch = DiffUtils.diff(old, changed);
        return String.join("\n", UnifiedDiffUtils.generateUnifiedDiff("Old", "New", old, patch, CONTEXT));
    }

    private static List<String> lines(Spec config) {
        return OciJson.writeIndented(config).lines().toList();
    }

    /** Leaves out the values of what looks like variables: they may be secrets, and this is for a log. */
    static String redact(String diff) {
        return diff.lines()
                .map(line -> VARIABLE.matcher(line).replaceFirst("$1[redacted]$2"))
                .collect(Collectors.joining("\n"));
    }
}
