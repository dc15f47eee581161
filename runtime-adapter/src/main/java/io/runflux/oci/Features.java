// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a runtime says to {@code features}.
 *
 * <p>It tells what was compiled in, not what the host allows. What it does not tell may be there all the same: a list
 * that is null is unknown, one that is empty has nothing in it.
 *
 * @param ociVersionMin the oldest version of the specification that it takes
 * @param ociVersionMax the newest version of the specification that it takes
 * @param hooks the hooks that it calls, or null where the runtime does not tell
 * @param mountOptions the mount options that it knows, or null where the runtime does not tell
 * @param linux what it knows of Linux, or null where the runtime does not tell
 * @param annotations what it says of itself, such as {@code org.opencontainers.runc.version}
 * @param potentiallyUnsafeConfigAnnotations the annotations of a configuration, or their prefixes ending in a dot, that
 *     change how it works, or null where the runtime does not tell
 * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
 */
public record Features(
        String ociVersionMin,
        String ociVersionMax,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<String> hooks,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<String> mountOptions,
        @Nullable Linux linux,
        Map<String, String> annotations,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<String> potentiallyUnsafeConfigAnnotations,
        @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
    /**
     * Checks and copies the values.
     *
     * @param ociVersionMin the oldest version of the specification that it takes
     * @param ociVersionMax the newest version of the specification that it takes
     * @param hooks the hooks that it calls, or null where the runtime does not tell
     * @param mountOptions the mount options that it knows, or null where the runtime does not tell
     * @param linux what it knows of Linux, or null where the runtime does not tell
     * @param annotations what it says of itself, such as {@code org.opencontainers.runc.version}
     * @param potentiallyUnsafeConfigAnnotations the annotations of a configuration, or their prefixes ending in a dot,
     *     that change how it works, or null where the runtime does not tell
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     * @throws IllegalArgumentException if a version is missing, or a list or a map holds null
     */
    public Features {
        Values.required("ociVersionMin", ociVersionMin);
        Values.required("ociVersionMax", ociVersionMax);
        hooks = Values.listOrNull("hooks", hooks);
        mountOptions = Values.listOrNull("mountOptions", mountOptions);
        annotations = Values.texts("annotations", annotations);
        potentiallyUnsafeConfigAnnotations =
                Values.listOrNull("potentiallyUnsafeConfigAnnotations", potentiallyUnsafeConfigAnnotations);
        unknown = Values.unknown(unknown);
    }

    /**
     * What the runtime knows of Linux.
     *
     * @param namespaces such as {@code pid}, or null where the runtime does not tell
     * @param capabilities such as {@code CAP_KILL}, or null where the runtime does not tell
     * @param cgroup control groups, or null where the runtime does not tell
     * @param seccomp seccomp, or null where the runtime does not tell
     * @param apparmor AppArmor, or null where the runtime does not tell
     * @param selinux SELinux, or null where the runtime does not tell
     * @param intelRdt Intel RDT, or null where the runtime does not tell
     * @param mountExtensions what mounts can do beyond their options, or null where the runtime does not tell
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     */
    public record Linux(
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<String> namespaces,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<String> capabilities,

            @Nullable Cgroup cgroup,
            @Nullable Seccomp seccomp,
            @Nullable Support apparmor,
            @Nullable Support selinux,
            @Nullable Support intelRdt,
            @Nullable MountExtensions mountExtensions,
            @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
        /**
         * Checks and copies the values.
         *
         * @param namespaces such as {@code pid}, or null where the runtime does not tell
         * @param capabilities such as {@code CAP_KILL}, or null where the runtime does not tell
         * @param cgroup control groups, or null where the runtime does not tell
         * @param seccomp seccomp, or null where the runtime does not tell
         * @param apparmor AppArmor, or null where the runtime does not tell
         * @param selinux SELinux, or null where the runtime does not tell
         * @param intelRdt Intel RDT, or null where the runtime does not tell
         * @param mountExtensions what mounts can do beyond their options, or null where the runtime does not tell
         * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
         * @throws IllegalArgumentException if a list holds null
         */
        public Linux {
            namespaces = Values.listOrNull("linux.namespaces", namespaces);
            capabilities = Values.listOrNull("linux.capabilities", capabilities);
            unknown = Values.unknown(unknown);
        }
    }

    /**
     * Which control groups the runtime knows.
     *
     * @param v1 whether version 1, or null where the runtime does not tell
     * @param v2 whether version 2, or null where the runtime does not tell
     * @param systemd whether through systemd, or null where the runtime does not tell
     * @param systemdUser whether through the systemd of a user, or null where the runtime does not tell
     * @param rdma whether the RDMA controller, or null where the runtime does not tell
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     */
    public record Cgroup(
            @Nullable Boolean v1,
            @Nullable Boolean v2,
            @Nullable Boolean systemd,
            @Nullable Boolean systemdUser,
            @Nullable Boolean rdma,
            @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
        /**
         * Checks and copies the values.
         *
         * @param v1 whether version 1, or null where the runtime does not tell
         * @param v2 whether version 2, or null where the runtime does not tell
         * @param systemd whether through systemd, or null where the runtime does not tell
         * @param systemdUser whether through the systemd of a user, or null where the runtime does not tell
         * @param rdma whether the RDMA controller, or null where the runtime does not tell
         * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
         */
        public Cgroup {
            unknown = Values.unknown(unknown);
        }
    }

    /**
     * What the runtime knows of seccomp.
     *
     * @param enabled whether it knows it at all, or null where the runtime does not tell
     * @param actions such as {@code SCMP_ACT_ERRNO}, or null where the runtime does not tell
     * @param operators such as {@code SCMP_CMP_EQ}, or null where the runtime does not tell
     * @param archs such as {@code SCMP_ARCH_X86_64}, or null where the runtime does not tell
     * @param knownFlags flags that it can read, such as {@code SECCOMP_FILTER_FLAG_LOG}, or null where the runtime does
     *     not tell
     * @param supportedFlags flags that work here, or null where the runtime does not tell
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     */
    public record Seccomp(
            @Nullable Boolean enabled,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<String> actions,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<String> operators,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<String> archs,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<String> knownFlags,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<String> supportedFlags,

            @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
        /**
         * Checks and copies the values.
         *
         * @param enabled whether it knows it at all, or null where the runtime does not tell
         * @param actions such as {@code SCMP_ACT_ERRNO}, or null where the runtime does not tell
         * @param operators such as {@code SCMP_CMP_EQ}, or null where the runtime does not tell
         * @param archs such as {@code SCMP_ARCH_X86_64}, or null where the runtime does not tell
         * @param knownFlags flags that it can read, such as {@code SECCOMP_FILTER_FLAG_LOG}, or null where the runtime
         *     does not tell
         * @param supportedFlags flags that work here, or null where the runtime does not tell
         * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
         * @throws IllegalArgumentException if a list holds null
         */
        public Seccomp {
            actions = Values.listOrNull("linux.seccomp.actions", actions);
            operators = Values.listOrNull("linux.seccomp.operators", operators);
            archs = Values.listOrNull("linux.seccomp.archs", archs);
            knownFlags = Values.listOrNull("linux.seccomp.knownFlags", knownFlags);
            supportedFlags = Values.listOrNull("linux.seccomp.supportedFlags", supportedFlags);
            unknown = Values.unknown(unknown);
        }
    }

    /**
     * Whether the runtime was built with something. That the host has it is not said.
     *
     * @param enabled whether it was, or null where the runtime does not tell
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     */
    public record Support(
            @Nullable Boolean enabled,
            @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
        /**
         * Checks and copies the values.
         *
         * @param enabled whether it was, or null where the runtime does not tell
         * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
         */
        public Support {
            unknown = Values.unknown(unknown);
        }
    }

    /**
     * What mounts can do beyond their options.
     *
     * @param idmap mounts with mapped ids, or null where the runtime does not tell
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     */
    public record MountExtensions(
            @Nullable Support idmap,
            @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
        /**
         * Checks and copies the values.
         *
         * @param idmap mounts with mapped ids, or null where the runtime does not tell
         * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
         */
        public MountExtensions {
            unknown = Values.unknown(unknown);
        }
    }
}
