// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.patch.Patch;
import com.google.re2j.Pattern;
import io.runflux.oci.OciJson;
import io.runflux.oci.Spec;
import java.util.ArrayList;
import java.util.List;

/** Compares two configurations line by line. */
final class ConfigDiff {
    /** Comparing takes the square of it in the worst case, and real configurations have some hundred lines. */
    static final int MAX_LINES = 5_000;

    private static final int CONTEXT = 1;
    private static final Pattern VARIABLE = Pattern.compile("^([ +-]\\s*\"(?:[^\"=\\\\]|\\\\.)+=).*?(\",?)$");

    private static final Pattern ELEMENT = Pattern.compile("^([ +-]\\s*\").*(\",?)$");
    /** As {@link io.runflux.process.Redaction} has it for commands. */
    private static final Pattern SECRET_OPTION = Pattern.compile(
            "(?i)[ +-]\\s*\"(-e|--?[\\w-]*(env|token|password|passwd|secret|api-?key|credential)[\\w-]*)\",?");

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

    /**
     * Leaves out the values of what looks like variables, and what follows an argument that announces a secret: this is
     * for a log. Behind a value that was removed another may stand in its place.
     */
    static String redact(String diff) {
        List<String> redacted = new ArrayList<>();
        boolean isValue = false;
        for (String line : diff.lines().toList()) {
            Pattern secret = isValue ? ELEMENT : VARIABLE;
            redacted.add(secret.matcher(line).replaceFirst("$1[redacted]$2"));
            isValue = SECRET_OPTION.matches(line) || (isValue && line.startsWith("-"));
        }
        return String.join("\n", redacted);
    }
}
