// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The published vulnerabilities of runtimes, by version. */
final class Advisories {
    private static final Pattern VERSION = Pattern.compile("v?(\\d+)\\.(\\d+)\\.(\\d+)(?:[-~]rc\\.?(\\d+))?.*");
    private static final int NO_CANDIDATE = Integer.MAX_VALUE;
    private static final int[] LEAK_FIXED = {1, 1, 12, NO_CANDIDATE};
    private static final int[] RACES_FIXED = {1, 2, 8, NO_CANDIDATE};
    private static final int[] RACES_FIXED_1_3 = {1, 3, 3, NO_CANDIDATE};
    private static final int[] RACES_FIXED_1_4 = {1, 4, 0, 3};

    private Advisories() {}

    /** Returns what is known of that version, in sentences; nothing for a runtime that no advisory is kept for. */
    static List<String> of(String name, String version) {
        if (!name.equals("runc")) {
            return List.of();
        }
        Matcher matcher = VERSION.matcher(version);
        return matcher.matches()
                ? ofRunc(numbers(matcher), version)
                : List.of(
                        "runc version '" + version + "' is not understood, so its known vulnerabilities are not told");
    }

    private static List<String> ofRunc(int[] version, String text) {
        List<String> found = new ArrayList<>();
        boolean isPatchedByDebian = text.contains("+deb12u");
        if (isBefore(version, LEAK_FIXED) && !isPatchedByDebian) {
            found.add("runc " + text
                    + " leaks a descriptor of the host into containers (CVE-2024-21626); fixed in 1.1.12");
        }
        if (isBefore(version, racesFixed(version))) {
            found.add("runc " + text + " can be raced into giving a container files of the host (CVE-2025-31133,"
                    + " CVE-2025-52565, CVE-2025-52881); fixed in 1.2.8, 1.3.3 and 1.4.0-rc.3");
        }
        return found;
    }

    private static int[] racesFixed(int[] version) {
        boolean isOfFirst = version[0] == 1;
        if (isOfFirst && version[1] == 3) {
            return RACES_FIXED_1_3;
        }
        return isOfFirst && version[1] == 4 ? RACES_FIXED_1_4 : RACES_FIXED;
    }

    private static int[] numbers(Matcher matcher) {
        int[] numbers = new int[4];
        for (int i = 0; i < numbers.length; i++) {
            String group = matcher.group(i + 1);
            numbers[i] = group == null ? NO_CANDIDATE : Integer.parseInt(group);
        }
        return numbers;
    }

    private static boolean isBefore(int[] version, int[] other) {
        return Arrays.compare(version, other) < 0;
    }
}
