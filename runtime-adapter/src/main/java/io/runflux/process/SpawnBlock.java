// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.netty.util.concurrent.FastThreadLocal;
import io.runflux.process.ProcessStartException.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The memory that one {@code posix_spawn} reads: file actions, arguments, environment and path, in one piece. Each
 * thread keeps a piece for its next launch, since to allocate one takes a lock in JNA; a larger one is freed at once. A
 * thread must have one block at a time.
 */
final class SpawnBlock implements AutoCloseable {
    /** More than the structure takes in glibc on any architecture (80 bytes on x86-64). */
    private static final int FILE_ACTIONS_BYTES = 128;

    private static final int KEPT_BYTES = 16 * 1024;
    private static final FastThreadLocal<Memory> KEPT = new FastThreadLocal<>() {
        @Override
        protected Memory initialValue() {
            return new Memory(KEPT_BYTES);
        }
    };

    private final Libc libc;
    private final Memory memory;
    private final Pointer argv;
    private final Pointer envp;
    private final Pointer path;
    private final int[] pid = new int[1];

    SpawnBlock(Libc libc, String path, List<String> arguments, List<String> environment) {
        this.libc = libc;
        byte[][] texts = texts(path, arguments, environment);
        int vectors = (arguments.size() + 1 + environment.size() + 1) * Long.BYTES;
        int bytes = FILE_ACTIONS_BYTES + vectors;
        for (byte[] text : texts) {
            bytes = Math.addExact(bytes, text.length);
        }
        memory = bytes <= KEPT_BYTES ? KEPT.get() : new Memory(bytes);
        long start = Pointer.nativeValue(memory);
        argv = new Pointer(start + FILE_ACTIONS_BYTES);
        envp = argv.share((arguments.size() + 1L) * Long.BYTES);
        this.path = argv.share(vectors);

        ByteBuffer image = ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
        image.position(FILE_ACTIONS_BYTES + vectors).put(texts[0]);
        int vector = FILE_ACTIONS_BYTES;
        for (int i = 1; i < texts.length; i++) {
            // The arguments end with a null, and the environment begins behind it.
            vector += i == arguments.size() + 1 ? Long.BYTES : 0;
            image.putLong(vector, start + image.position()).put(texts[i]);
            vector += Long.BYTES;
        }
        memory.write(0, image.array(), 0, bytes);
        libc.fileActionsInit(memory);
    }

    private static byte[][] texts(String path, List<String> arguments, List<String> environment) {
        byte[][] texts = new byte[1 + arguments.size() + environment.size()][];
        int count = 0;
        texts[count++] = Linux.cString(path);
        for (String argument : arguments) {
            texts[count++] = Linux.cString(argument);
        }
        for (String variable : environment) {
            texts[count++] = Linux.cString(variable);
        }
        return texts;
    }

    Pointer fileActions() {
        return memory;
    }

    void setWorkingDirectory(String directory) {
        int error = libc.fileActionsAddChdir(memory, Linux.cString(directory));
        if (error < 0) {
            throw new ProcessStartException(
                    Reason.OTHER, "preparing the working directory: " + Linux.describe(-error), null);
        }
    }

    /** Returns the pid, or a negated errno. Allocates nothing. */
    int spawn(Pointer attributes) {
        int error = libc.posixSpawn(pid, path, memory, attributes, argv, envp);
        return error == 0 ? pid[0] : -error;
    }

    @Override
    public void close() {
        libc.fileActionsDestroy(memory);
        if (memory.size() > KEPT_BYTES) {
            memory.close();
        }
    }
}
