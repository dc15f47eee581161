// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * A little native memory of each thread, for the length of one call: allocating some for each exit takes a lock in JNA,
 * which an event loop should not wait for.
 */
final class Scratch {
    private static final int BYTES = 256;
    private static final FastThreadLocal<Memory> MEMORY = new FastThreadLocal<>() {
        @Override
        protected Memory initialValue() {
            return new Memory(BYTES);
        }
    };

    private Scratch() {}

    /** Returns cleared memory, which the next call on this thread returns, too. */
    static Pointer get() {
        Memory memory = MEMORY.get();
        memory.clear();
        return memory;
    }
}
