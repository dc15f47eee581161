// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.util.List;

/**
 * The user and groups that a child runs as. Changing them needs root, or the capabilities for it.
 *
 * @param uid 0 to 4294967294
 * @param gid 0 to 4294967294
 * @param groups the supplementary groups; empty means none, never those of this JVM
 */
public record Credentials(long uid, long gid, List<Long> groups) {
    /** One less than the number that stands for "no change" in setresuid(2). */
    private static final long MAX = 0xFFFF_FFFEL;

    /**
     * Checks the numbers.
     *
     * @param uid 0 to 4294967294
     * @param gid 0 to 4294967294
     * @param groups the supplementary groups
     * @throws IllegalArgumentException if one is out of its range
     */
    public Credentials {
        groups = List.copyOf(groups);
        check("uid", uid);
        check("gid", gid);
        groups.forEach(group -> check("supplementary group", group));
    }

    private static void check(String name, long id) {
        if (id < 0 || id > MAX) {
            throw new IllegalArgumentException(name + " must be from 0 to " + MAX + ", was " + id);
        }
    }
}
