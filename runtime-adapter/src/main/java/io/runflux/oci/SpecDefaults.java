// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Generates the configuration of a container that runs a command in a root file system: new namespaces, three
 * capabilities, no new privileges, the usual mounts, and masked and read-only parts of {@code /proc} and {@code /sys}.
 *
 * @param hostNetwork whether the container has the network of the host; otherwise it has a loopback device alone
 * @param readonlyRootfs whether the container may not write to its root
 * @param cgroupNamespace whether the container has a cgroup namespace, which makes sense with cgroup v2
 */
public record SpecDefaults(boolean hostNetwork, boolean readonlyRootfs, boolean cgroupNamespace) {
    private static final List<String> CAPABILITIES = List.of("CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE");
    private static final List<String> ENVIRONMENT =
            List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    private static final int OPEN_FILES = 1024;

    private static final List<Mount> MOUNTS = List.of(
            Mount.of("/proc", "proc", "proc", "nosuid", "noexec", "nodev"),
            Mount.of("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"),
            Mount.of("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"),
            Mount.of("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k"),
            Mount.of("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"),
            Mount.of("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", "ro"));

    private static final List<String> MASKED_PATHS = List.of(
            "/proc/acpi",
            "/proc/asound",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/sys/devices/virtual/powercap",
            "/sys/firmware");
    private static final List<String> READONLY_PATHS =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    /**
     * Returns the defaults: no network but loopback, a writable root, no cgroup namespace.
     *
     * @return the defaults
     */
    public static SpecDefaults defaults() {
        return new SpecDefaults(false, false, false);
    }

    /**
     * Returns these defaults with another network.
     *
     * @param value whether the container has the network of the host
     * @return the defaults
     */
    public SpecDefaults withHostNetwork(boolean value) {
        return new SpecDefaults(value, readonlyRootfs, cgroupNamespace);
    }

    /**
     * Returns these defaults with another root.
     *
     * @param value whether the container may not write to its root
     * @return the defaults
     */
    public SpecDefaults withReadonlyRootfs(boolean value) {
        return new SpecDefaults(hostNetwork, value, cgroupNamespace);
    }

    /**
     * Returns these defaults with or without a cgroup namespace.
     *
     * @param value whether the container has one
     * @return the defaults
     */
    public SpecDefaults withCgroupNamespace(boolean value) {
        return new SpecDefaults(hostNetwork, readonlyRootfs, value);
    }

    /**
     * Generates a configuration. Nothing is read or written.
     *
     * @param rootfs the root file system, absolute
     * @param args the command and its arguments, at least one
     * @return the configuration, to be changed further and written to a bundle
     * @throws IllegalArgumentException if the root is relative or there is no command
     */
    public Spec generate(Path rootfs, List<String> args) {
        if (!rootfs.isAbsolute()) {
            throw new IllegalArgumentException("rootfs must be an absolute path, was '" + rootfs + "'");
        }
        if (args.isEmpty()) {
            throw new IllegalArgumentException("a command needs at least the name of a program, was empty");
        }
        Root root = new Root(rootfs.toString(), readonlyRootfs, Map.of());
        return new Spec(Spec.VERSION, process(args), root, null, MOUNTS, null, Map.of(), linux(), Map.of())
                .withHostname("runflux");
    }

    private static OciProcess process(List<String> args) {
        List<String> none = List.of();
        return OciProcess.of(args)
                .withEnv(ENVIRONMENT)
                .withCapabilities(new Capabilities(CAPABILITIES, CAPABILITIES, none, CAPABILITIES, none, Map.of()))
                .withRlimits(List.of(Rlimit.of("RLIMIT_NOFILE", OPEN_FILES, OPEN_FILES)))
                .withNoNewPrivileges(true);
    }

    private LinuxConfig linux() {
        List<LinuxNamespace> namespaces = new ArrayList<>();
        for (String type : List.of("pid", "ipc", "uts", "mount")) {
            namespaces.add(LinuxNamespace.of(type));
        }
        if (!hostNetwork) {
            namespaces.add(LinuxNamespace.of("network"));
        }
        if (cgroupNamespace) {
            namespaces.add(LinuxNamespace.of("cgroup"));
        }
        List<IdMapping> noMappings = List.of();
        return new LinuxConfig(
                namespaces,
                noMappings,
                noMappings,
                null,
                denyDevices(),
                Map.of(),
                null,
                MASKED_PATHS,
                READONLY_PATHS,
                Map.of());
    }

    /** Runtimes add the few devices that every container has. */
    private static Map<String, Object> denyDevices() {
        return Map.of("devices", List.of(Map.of("allow", false, "access", "rwm")));
    }
}
