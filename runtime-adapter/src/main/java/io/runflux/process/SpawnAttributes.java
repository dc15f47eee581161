// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * The attributes of {@code posix_spawn}, made once for each way of grouping: whatever this JVM does with its signals,
 * the child begins with none blocked and none ignored. They are only read afterwards, by any thread.
 */
final class SpawnAttributes {
    /** More than the structure takes in glibc on any architecture (336 bytes on x86-64). */
    private static final int OPAQUE_BYTES = 512;

    private static final int SIGSET_BYTES = 128;

    private static final int SETPGROUP = 0x02;
    private static final int SETSIGDEF = 0x04;
    private static final int SETSIGMASK = 0x08;
    private static final int SETSID = 0x80;
    /** All but SIGKILL and SIGSTOP, which cannot be set, and 32 and 33, which are glibc's own. */
    private static final long RESETTABLE_SIGNALS = ~(1L << 8 | 1L << 18 | 1L << 31 | 1L << 32);

    private final Map<ProcessGroup, Pointer> byGroup = new EnumMap<>(ProcessGroup.class);

    SpawnAttributes(Libc libc) {
        for (ProcessGroup group : ProcessGroup.values()) {
            byGroup.put(group, make(libc, group));
        }
    }

    Pointer of(ProcessGroup group) {
        return Objects.requireNonNull(byGroup.get(group));
    }

    private static Pointer make(Libc libc, ProcessGroup group) {
        Memory attributes = new Memory(OPAQUE_BYTES);
        Memory mask = new Memory(SIGSET_BYTES);
        Memory defaults = new Memory(SIGSET_BYTES);
        mask.clear();
        defaults.clear();
        defaults.setLong(0, RESETTABLE_SIGNALS);
        libc.attributesInit(attributes);
        int flags = SETSIGMASK | SETSIGDEF | grouping(group);
        int error = libc.attributesSet(attributes, (short) flags, mask, defaults);
        if (error < 0) {
            throw new IllegalStateException("preparing the attributes of children: " + Linux.describe(-error));
        }
        return attributes;
    }

    private static int grouping(ProcessGroup group) {
        return switch (group) {
            case INHERIT -> 0;
            case NEW_GROUP -> SETPGROUP;
            case NEW_SESSION -> SETSID;
        };
    }
}
