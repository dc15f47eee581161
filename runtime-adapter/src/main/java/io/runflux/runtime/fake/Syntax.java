// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one command of runc takes.
 *
 * @param switches options without a value
 * @param options those with one
 * @param least how many arguments it needs
 * @param most how many it takes
 */
record Syntax(String name, String purpose, Set<String> switches, Set<String> options, int least, int most) {
    static final Syntax GLOBAL = of(
            "runc",
            "run containers",
            "debug systemd-cgroup help version",
            "root log log-format criu rootless",
            0,
            Integer.MAX_VALUE);

    private static final String CREATION = "bundle console-socket pid-file preserve-fds";
    private static final String CRIU = "tcp-established ext-unix-sk shell-job file-locks lazy-pages auto-dedup";
    private static final String IMAGE = "image-path work-path manage-cgroups-mode empty-ns";
    private static final List<Syntax> COMMANDS = List.of(
            of(
                    "checkpoint",
                    "write an image",
                    CRIU + " leave-running pre-dump tcp-skip-in-flight",
                    IMAGE + " parent-path status-fd page-server",
                    1,
                    1),
            of("create", "create a container", "no-pivot no-new-keyring", CREATION, 1, 1),
            of("delete", "remove a container", "force", "", 1, 1),
            of("events", "show what a container uses", "stats", "interval", 1, 1),
            of(
                    "exec",
                    "run a process in a container",
                    "detach no-new-privs ignore-paused tty",
                    "process console-socket pid-file preserve-fds",
                    1,
                    Integer.MAX_VALUE),
            of("features", "show what is compiled in", "", "", 0, 0),
            of("kill", "send a signal", "all", "", 1, 2),
            of("list", "list containers", "quiet", "format", 0, 0),
            of("pause", "freeze a container", "", "", 1, 1),
            of("ps", "list processes", "", "format", 1, Integer.MAX_VALUE),
            of(
                    "restore",
                    "create a container from an image",
                    CRIU + " detach no-subreaper no-pivot",
                    IMAGE + " " + CREATION + " lsm-profile lsm-mount-context",
                    1,
                    1),
            of("resume", "thaw a container", "", "", 1, 1),
            of(
                    "run",
                    "create and start a container",
                    "detach no-pivot no-new-keyring no-subreaper keep",
                    CREATION,
                    1,
                    1),
            of("spec", "write a configuration", "rootless", "bundle", 0, 0),
            of("start", "start a container", "", "", 1, 1),
            of("state", "show the state of a container", "", "", 1, 1),
            of("update", "change limits", "", "resources", 1, 1));

    private static Syntax of(String name, String purpose, String switches, String options, int least, int most) {
        return new Syntax(name, purpose, words(switches), words(options), least, most);
    }

    private static Set<String> words(String text) {
        return Stream.of(text.split(" ", -1)).filter(word -> !word.isEmpty()).collect(Collectors.toUnmodifiableSet());
    }

    static @Nullable Syntax find(String name) {
        return COMMANDS.stream()
                .filter(one -> one.name.equals(name))
                .findFirst()
                .orElse(null);
    }

    static Syntax get(String name) {
        Syntax found = find(name);
        if (found == null) {
            throw new RuncFailure(3, "No help topic for '" + name + "'");
        }
        return Objects.requireNonNull(found);
    }

    static String overview() {
        return COMMANDS.stream()
                .map(one -> String.format("   %-12s %s%n", one.name, one.purpose))
                .collect(Collectors.joining("", "COMMANDS:\n", ""));
    }

    String help() {
        return Stream.concat(
                        switches.stream().map(word -> "   --" + word),
                        options.stream().map(word -> "   --" + word + " value"))
                .sorted()
                .collect(Collectors.joining("\n", "NAME:\n   runc " + name + " - " + purpose + "\n\nOPTIONS:\n", "\n"));
    }

    void checkCount(int count) {
        String most = least == this.most ? "exactly " : count < least ? "a minimum of " : "a maximum of ";
        if (count < least || count > this.most) {
            int bound = count < least ? least : this.most;
            throw new RuncFailure(1, "runc: \"" + name + "\" requires " + most + bound + " argument(s)");
        }
    }
}
