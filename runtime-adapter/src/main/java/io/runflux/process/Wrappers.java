// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.runflux.events.Signal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The programs that a child is run through for what {@code posix_spawn} cannot do: prlimit(1), and then setpriv(1),
 * since raising a limit takes a privilege that setpriv may drop.
 */
final class Wrappers {
    private static final List<String> DIRECTORIES = List.of("/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/");

    private Wrappers() {}

    static boolean areNeeded(ProcessSpec spec) {
        return needsSetpriv(spec) || !spec.limits().isEmpty();
    }

    /** Returns the argument vector, whose first element is also the path to execute. */
    static List<String> wrap(ProcessSpec spec, Path program) {
        List<String> command = new ArrayList<>();
        if (!spec.limits().isEmpty()) {
            command.add(find("prlimit"));
            spec.limits().forEach((limit, values) -> command.add(toOption(limit, values)));
            command.add("--");
        }
        if (needsSetpriv(spec)) {
            command.add(find("setpriv"));
            command.addAll(toSetprivOptions(spec));
            command.add("--");
        }
        command.add(program.toString());
        command.addAll(spec.arguments());
        return command;
    }

    static boolean needsSetpriv(ProcessSpec spec) {
        return spec.parentDeathSignal() != null || spec.credentials() != null || spec.capabilities() != null;
    }

    private static String find(String name) {
        return DIRECTORIES.stream()
                .map(directory -> directory + name)
                .filter(path -> Files.isExecutable(Path.of(path)))
                .findFirst()
                .orElseThrow(() -> new ProcessStartException(
                        ProcessStartException.Reason.NOT_SUPPORTED,
                        name + " is in none of " + String.join(", ", DIRECTORIES)
                                + "; it comes with util-linux, and the specification needs it",
                        null));
    }

    private static String toOption(ResourceLimit limit, ResourceLimit.Values values) {
        return "--" + limit.name().toLowerCase(Locale.ROOT) + "=" + toText(values.soft()) + ":" + toText(values.hard());
    }

    private static String toText(long value) {
        return value == ResourceLimit.UNLIMITED ? "unlimited" : Long.toString(value);
    }

    private static List<String> toSetprivOptions(ProcessSpec spec) {
        List<String> options = new ArrayList<>();
        Signal parentDeathSignal = spec.parentDeathSignal();
        if (parentDeathSignal != null) {
            options.add("--pdeathsig=" + parentDeathSignal.name());
        }
        Credentials credentials = spec.credentials();
        if (credentials != null) {
            options.add("--reuid=" + credentials.uid());
            options.add("--regid=" + credentials.gid());
            options.add(toGroups(credentials));
        }
        Set<String> capabilities = spec.capabilities();
        if (capabilities != null) {
            String set = toSet(capabilities);
            options.add("--bounding-set=" + set);
            options.add("--inh-caps=" + set);
            options.add("--ambient-caps=" + set);
        }
        if (spec.noNewPrivileges()) {
            options.add("--no-new-privs");
        }
        return options;
    }

    private static String toGroups(Credentials credentials) {
        if (credentials.groups().isEmpty()) {
            return "--clear-groups";
        }
        return credentials.groups().stream().map(String::valueOf).collect(Collectors.joining(",", "--groups=", ""));
    }

    private static String toSet(Set<String> capabilities) {
        return capabilities.isEmpty() ? "-all" : "-all,+" + String.join(",+", new TreeSet<>(capabilities));
    }
}
