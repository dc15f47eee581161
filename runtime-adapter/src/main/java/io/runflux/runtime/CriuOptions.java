// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What CRIU, which runc has images made by, is told when it writes one and when it goes on from it.
 *
 * @param tcpEstablished whether open TCP connections are kept
 * @param externalUnixSockets whether unix sockets to the outside are allowed
 * @param shellJob whether processes with a terminal of the outside are allowed
 * @param fileLocks whether file locks are kept
 * @param manageCgroups how control groups are kept, or null for what the runtime chooses
 * @param emptyNamespaces namespaces that are made but not filled, such as {@code network}
 */
public record CriuOptions(
        boolean tcpEstablished,
        boolean externalUnixSockets,
        boolean shellJob,
        boolean fileLocks,
        @Nullable CgroupMode manageCgroups,
        List<String> emptyNamespaces) {
    /**
     * Checks and copies the values.
     *
     * @param tcpEstablished whether open TCP connections are kept
     * @param externalUnixSockets whether unix sockets to the outside are allowed
     * @param shellJob whether processes with a terminal of the outside are allowed
     * @param fileLocks whether file locks are kept
     * @param manageCgroups how control groups are kept, or null for what the runtime chooses
     * @param emptyNamespaces namespaces that are made but not filled, such as {@code network}
     */
    public CriuOptions {
        emptyNamespaces = List.copyOf(emptyNamespaces);
    }

    /**
     * Returns the defaults: everything off.
     *
     * @return the defaults
     */
    public static CriuOptions defaults() {
        return new CriuOptions(false, false, false, false, null, List.of());
    }

    /**
     * Returns these options with another answer to whether connections are kept.
     *
     * @param value whether open TCP connections are kept
     * @return the options
     */
    public CriuOptions withTcpEstablished(boolean value) {
        return new CriuOptions(value, externalUnixSockets, shellJob, fileLocks, manageCgroups, emptyNamespaces);
    }

    /**
     * Returns these options with another answer to whether unix sockets are allowed.
     *
     * @param value whether unix sockets to the outside are allowed
     * @return the options
     */
    public CriuOptions withExternalUnixSockets(boolean value) {
        return new CriuOptions(tcpEstablished, value, shellJob, fileLocks, manageCgroups, emptyNamespaces);
    }

    /**
     * Returns these options with another answer to whether terminals are allowed.
     *
     * @param value whether processes with a terminal of the outside are allowed
     * @return the options
     */
    public CriuOptions withShellJob(boolean value) {
        return new CriuOptions(tcpEstablished, externalUnixSockets, value, fileLocks, manageCgroups, emptyNamespaces);
    }

    /**
     * Returns these options with another answer to whether locks are kept.
     *
     * @param value whether file locks are kept
     * @return the options
     */
    public CriuOptions withFileLocks(boolean value) {
        return new CriuOptions(tcpEstablished, externalUnixSockets, shellJob, value, manageCgroups, emptyNamespaces);
    }

    /**
     * Returns these options with another way to keep control groups.
     *
     * @param value how control groups are kept, or null for what the runtime chooses
     * @return the options
     */
    public CriuOptions withManageCgroups(@Nullable CgroupMode value) {
        return new CriuOptions(tcpEstablished, externalUnixSockets, shellJob, fileLocks, value, emptyNamespaces);
    }

    /**
     * Returns these options with another list of empty namespaces.
     *
     * @param value namespaces that are made but not filled, such as {@code network}
     * @return the options
     */
    public CriuOptions withEmptyNamespaces(List<String> value) {
        return new CriuOptions(tcpEstablished, externalUnixSockets, shellJob, fileLocks, manageCgroups, value);
    }

    /** How control groups are kept. */
    public enum CgroupMode {
        /** Their properties, unless they exist. */
        SOFT,
        /** Their properties, always. */
        FULL,
        /** They must exist. */
        STRICT,
        /** Not at all. */
        IGNORE;

        /** Returns the word of the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
