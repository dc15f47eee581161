// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

import io.runflux.oci.ContainerStatus;
import io.runflux.oci.LinuxMemory;
import io.runflux.oci.LinuxPids;
import io.runflux.oci.LinuxResources;
import io.runflux.oci.OciJson;
import io.runflux.oci.Root;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What runc 1.1.5 prints. */
final class Answers {
    static final String VERSION = "runc version 1.1.5\nspec: 1.0.2-dev\n";
    static final String FEATURES = """
            {"ociVersionMin":"1.0.0","ociVersionMax":"1.0.2-dev",\
            "hooks":["prestart","createRuntime","createContainer","startContainer","poststart","poststop"],\
            "mountOptions":["bind","nodev","noexec","nosuid","private","rbind","ro","rw"],\
            "linux":{"namespaces":["cgroup","ipc","mount","network","pid","user","uts"],\
            "capabilities":["CAP_AUDIT_WRITE","CAP_KILL","CAP_NET_BIND_SERVICE"],\
            "cgroup":{"v1":true,"v2":true,"systemd":true,"systemdUser":true},\
            "seccomp":{"enabled":false},"apparmor":{"enabled":true},"selinux":{"enabled":true}},\
            "annotations":{"org.opencontainers.runc.version":"1.1.5"}}
            """;

    private static final String ROOTFS = "rootfs";
    private static final long UNLIMITED = 9223372036854771712L;

    private Answers() {}

    static String state(FakeContainer container) {
        return OciJson.write(toMap(container, "")) + "\n";
    }

    /** {@code state} tells no owner, {@code list} does. */
    private static Map<String, Object> toMap(FakeContainer container, String owner) {
        ContainerStatus status = container.status();
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("ociVersion", "1.0.2-dev");
        state.put("id", container.id());
        state.put(
                "pid", status == ContainerStatus.STOPPED ? 0 : container.init().pid());
        state.put("status", status.word());
        state.put("bundle", container.bundle().toString());
        state.put(ROOTFS, rootfs(container).toString());
        state.put("created", container.created().toString());
        if (!container.spec().annotations().isEmpty()) {
            state.put("annotations", container.spec().annotations());
        }
        state.put("owner", owner);
        return state;
    }

    private static Path rootfs(FakeContainer container) {
        Root root = container.spec().root();
        return container.bundle().resolve(root == null ? ROOTFS : root.path());
    }

    static String list(Collection<FakeContainer> containers) {
        List<Map<String, Object>> states =
                containers.stream().map(one -> toMap(one, "root")).toList();
        return (states.isEmpty() ? "null" : OciJson.write(states)) + "\n";
    }

    static String table(Collection<FakeContainer> containers) {
        String format = "%-12s%-12s%-12s%-13s%-33s%s%n";
        return containers.stream()
                .map(one -> toMap(one, "root"))
                .map(one -> String.format(
                        format,
                        one.get("id"),
                        one.get("pid"),
                        one.get("status"),
                        one.get("bundle"),
                        one.get("created"),
                        one.get("owner")))
                .collect(Collectors.joining(
                        "", String.format(format, "ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"), ""));
    }

    static String stats(FakeContainer container) {
        LinuxResources limits = container.resources();
        LinuxMemory memory = limits.memory();
        LinuxPids pids = limits.pids();
        Long bytes = memory == null ? null : memory.limit();
        Long count = pids == null ? null : pids.limit();
        return """
                {"type":"stats","id":"%1$s","data":{"cpu":{"usage":{"total":2000000,"percpu":[1000000,1000000],\
                "kernel":1000000,"user":1000000},"throttling":{}},"memory":{"usage":{"limit":%2$s,"usage":1048576,\
                "max":2097152,"failcnt":0},"swap":{"limit":%2$s,"usage":1048576,"max":2097152,"failcnt":0},\
                "raw":{"cache":0,"rss":1048576}},"pids":{"current":%3$s,"limit":%4$s},"blkio":{},"hugetlb":{},\
                "intel_rdt":{},"network_interfaces":null}}
                """.formatted(
                        container.id(),
                        bytes == null ? UNLIMITED : bytes,
                        container.processes().size(),
                        count == null ? 0 : count);
    }

    static String pids(FakeContainer container) {
        List<Integer> pids = container.processes().stream().map(Payload::pid).toList();
        return (pids.isEmpty() ? "null" : OciJson.write(pids)) + "\n";
    }

    /** Prints the columns that are chosen by {@code -o}, or those of {@code ps -ef}. */
    static String processes(FakeContainer container, List<String> options) {
        int chosen = options.indexOf("-o");
        List<String> columns = chosen < 0 || chosen + 1 == options.size()
                ? List.of("uid", "pid", "ppid", "c", "stime", "tty", "time", "cmd")
                : List.of(options.get(chosen + 1).split(",", -1));
        String header = columns.stream().map(Answers::header).collect(Collectors.joining(" "));
        return container.processes().stream()
                .map(process -> row(process, columns))
                .collect(Collectors.joining("\n", header + "\n", "\n"));
    }

    private static String header(String column) {
        return column.equals("comm") || column.equals("args") ? "COMMAND" : column.toUpperCase(Locale.ROOT);
    }

    private static String row(Payload process, List<String> columns) {
        return columns.stream().map(column -> value(process, column)).collect(Collectors.joining(" "));
    }

    private static String value(Payload process, String column) {
        return switch (column) {
            case "uid", "user" -> "root";
            case "pid" -> Integer.toString(process.pid());
            case "ppid" -> "1";
            case "c" -> "0";
            case "stime", "time" -> "00:00";
            case "comm" -> process.arguments().get(0).replaceFirst(".*/", "");
            case "cmd", "args" -> String.join(" ", process.arguments());
            default -> "?";
        };
    }
}
