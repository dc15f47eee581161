// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import io.netty.buffer.ByteBuf;

/** What takes in the output of a process. */
interface IntakeTarget {
    /** Returns whether the source is asked only for what there is room for. */
    boolean waits();

    boolean hasRoom();

    /** Copies the bytes, or drops them; the buffer stays with the caller. */
    void take(LogStream stream, ByteBuf buffer);

    /** Called once, after the last buffer. Leads to {@link Intakes#finish}. */
    void end(LogStream stream);
}
