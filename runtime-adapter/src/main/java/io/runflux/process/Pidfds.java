// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/** What a pidfd tells of its process. */
final class Pidfds {
    private static final int INFO_BYTES = 4096;
    private static final String PID_FIELD = "Pid:";
    private static final int EXITED = -1;
    private static final int ELSEWHERE = 0;

    private Pidfds() {}

    /**
     * Returns the number of the process that a descriptor names. The file that tells is the kernel's own, so reading it
     * does not block.
     *
     * @param origin for errors: where the descriptor comes from
     * @throws ProcessAlreadyExitedException if the process has been reaped
     * @throws ProcessException if the descriptor is no pidfd, or the process is in no pid namespace of ours
     */
    static int pidOf(Libc libc, int descriptor, String origin) {
        String info = read(libc, "/proc/self/fdinfo/" + descriptor);
        OptionalInt pid = info.lines()
                .filter(line -> line.startsWith(PID_FIELD))
                .mapToInt(line ->
                        Integer.parseInt(line.substring(PID_FIELD.length()).strip()))
                .findFirst();
        if (pid.isEmpty()) {
            throw new ProcessException("the descriptor " + origin + " is not a pidfd", null);
        }
        if (pid.getAsInt() == EXITED) {
            throw new ProcessAlreadyExitedException("the process " + origin);
        }
        if (pid.getAsInt() == ELSEWHERE) {
            throw new ProcessException("the process " + origin + " is not in this pid namespace", null);
        }
        return pid.getAsInt();
    }

    private static String read(Libc libc, String path) {
        int opened = libc.open(Linux.cString(path), Linux.O_RDONLY | Linux.O_CLOEXEC, 0);
        if (opened < 0) {
            throw new ProcessException("opening " + path + ": " + Linux.describe(-opened), null);
        }
        ByteBuf buffer = ByteBufAllocator.DEFAULT.directBuffer(INFO_BYTES, INFO_BYTES);
        try {
            int count = new FileDescriptor(opened).readAddress(buffer.memoryAddress(), 0, INFO_BYTES);
            return buffer.writerIndex(Math.max(count, 0)).toString(StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new ProcessException("reading " + path, e);
        } finally {
            buffer.release();
            libc.close(opened);
        }
    }
}
