// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.HostRuntimeConfig;
import io.runflux.runtime.OciRuntimes;
import io.runflux.runtime.RuntimeDiscovery;
import io.runflux.runtime.RuntimeFeature;
import io.runflux.runtime.RuntimeInfo;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

@Command(
        name = "doctor",
        description = "Tells what was found on this machine, and what is missing.",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    private static final String ROW = "%-12s %s%n";
    private static final Map<String, String> PROGRAMS = new TreeMap<>(Map.of(
            "stty", "--tty",
            "setpriv", "parent-death signals, users and capabilities of processes",
            "prlimit", "resource limits of processes",
            "unshare", "--rootfs / in a container",
            "mount", "--rootfs / in a container"));

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final List<String> skipped = new ArrayList<>();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(ROW, "kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        out.printf(ROW, "java", System.getProperty("java.version") + ", " + System.getProperty("java.vm.name"));
        out.printf(ROW, "user", user());
        out.printf(ROW, "cgroups", cgroups());
        out.printf(ROW, "launcher", launcher());
        out.printf(ROW, "pidfd", exitInformation());
        Found found = find();
        found.installed().forEach(runtime -> print(runtime, out));
        out.printf(ROW, "host", "always there; plain processes, isolates nothing");
        out.printf(ROW, "", "lacks: " + lacking(found.host().features()));
        programs(out);
        skipped.forEach(reason -> out.printf(ROW, "skipped", reason));
        return ExitCodes.OK;
    }

    private String user() {
        if (CurrentUser.isRoot()) {
            return "root";
        }
        skipped.add("containers of runc, and the tests that need root: this user is not root");
        return System.getProperty("user.name") + ", not root";
    }

    private static String cgroups() {
        Path root = Path.of("/sys/fs/cgroup");
        if (Files.exists(root.resolve("cgroup.controllers"))) {
            return "v2";
        }
        return Files.exists(root.resolve("unified"))
                ? "hybrid: v1, with v2 at " + root.resolve("unified")
                : Files.isDirectory(root) ? "v1" : "none at " + root;
    }

    private String launcher() {
        Optional<String> missing = ProcessLauncher.missingForNative();
        missing.ifPresent(reason -> skipped.add("the native launcher and its tests: " + reason));
        return missing.map(reason -> "through the JDK, with threads for each process: " + reason)
                .orElse("native: posix_spawn, pidfds, epoll");
    }

    private static String exitInformation() {
        String[] version = System.getProperty("os.version", "0.0").split("[^0-9]+");
        boolean tells = Integer.parseInt(version[0]) > 6
                || (Integer.parseInt(version[0]) == 6 && Integer.parseInt(version[1]) >= 15);
        return tells
                ? "the kernel tells how the processes of others ended (PIDFD_GET_INFO)"
                : "the kernel does not tell how the processes of others ended (before Linux 6.15): a container's end is"
                        + " known to a subreaper only";
    }

    private static Found find() {
        ProcessLauncher launcher = ProcessLauncher.create();
        try {
            Mono<List<RuntimeInfo>> installed =
                    RuntimeDiscovery.create(launcher).runtimes().collectList();
            Mono<RuntimeInfo> host =
                    OciRuntimes.host(launcher, HostRuntimeConfig.defaults()).info();
            return Required.of(installed.zipWith(host, Found::new).block());
        } finally {
            launcher.disposeLater(Duration.ZERO).block();
        }
    }

    private void print(RuntimeInfo runtime, PrintWriter out) {
        out.printf(ROW, runtime.name(), runtime.version() + " at " + runtime.binary());
        if (!runtime.features().isEmpty()) {
            out.printf(ROW, "", "lacks: " + lacking(runtime.features()));
        }
        runtime.warnings().forEach(warning -> out.printf(ROW, "", "warning: " + warning));
    }

    private static String lacking(Set<RuntimeFeature> features) {
        Set<RuntimeFeature> lacking = EnumSet.allOf(RuntimeFeature.class);
        lacking.removeAll(features);
        return lacking.isEmpty()
                ? "nothing"
                : lacking.stream().map(RuntimeFeature::toString).collect(Collectors.joining(", "));
    }

    private void programs(PrintWriter out) {
        PROGRAMS.forEach((name, use) -> {
            boolean isThere = List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin").stream()
                    .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
            if (!isThere) {
                out.printf(ROW, name, "missing");
                skipped.add(use + ": there is no " + name);
            }
        });
    }

    private record Found(List<RuntimeInfo> installed, RuntimeInfo host) {}
}
