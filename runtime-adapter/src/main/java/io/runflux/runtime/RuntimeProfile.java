// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What an installed runtime says about itself.
 *
 * @param name such as {@code runc}
 * @param version in the words of the runtime; empty if it could not be understood
 * @param help what it answers when it is asked for help
 * @param isComplete whether it answered whenever it was asked for help
 * @param features what it can do, as its dialect reads that from the above
 */
record RuntimeProfile(String name, String version, String help, boolean isComplete, Set<RuntimeFeature> features) {
    private static final Pattern FLAG = Pattern.compile("(?m)^[ \\t]+--?\\w");

    RuntimeProfile {
        features = Set.copyOf(features);
    }

    static RuntimeProfile of(Dialect dialect, String version, List<CommandResult> help) {
        String all = help.stream().map(CommandResult::text).collect(Collectors.joining("\n"));
        boolean isComplete = help.stream().allMatch(RuntimeProfile::isHelp);
        RuntimeProfile bare = new RuntimeProfile(dialect.name(), version, all, isComplete, Set.of());
        return new RuntimeProfile(bare.name, version, all, isComplete, dialect.features(bare));
    }

    /** Some runtimes fail when they are asked for help, and give it nevertheless. */
    private static boolean isHelp(CommandResult answer) {
        return answer.status().isSuccess() || FLAG.matcher(answer.text()).find();
    }

    /** A command is the first word of an indented line, and what it is for follows after a gap. */
    boolean hasCommand(String command) {
        return find("(?m)^[ \\t]+" + Pattern.quote(command) + "(,[ \\t]+\\S+)?[ \\t]{2,}\\S");
    }

    boolean hasFlag(String flag) {
        return find("(?m)^[ \\t]+(-\\S+, )?--?" + Pattern.quote(flag) + "\\b");
    }

    private boolean find(String regex) {
        return Pattern.compile(regex).matcher(help).find();
    }

    RuntimeInfo toInfo(Path binary) {
        List<String> warnings =
                version.isEmpty() ? List.of(name + " did not tell its version") : Advisories.of(name, version);
        return new RuntimeInfo(name, binary, version, true, features, warnings);
    }

    /** Returns the words that an error names the runtime by. */
    @Override
    public String toString() {
        return version.isEmpty() ? name : name + " " + version;
    }
}
