// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.runflux.process.ProcessStartException.Reason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The memory that one {@code posix_spawn} reads: file actions, path, arguments and environment, in one piece that is
 * freed at once.
 */
final class SpawnBlock implements AutoCloseable {
    /** More than the structure takes in glibc on any architecture (80 bytes on x86-64). */
    private static final int FILE_ACTIONS_BYTES = 128;

    private final Libc libc;
    private final Memory memory;
    private final Pointer fileActions;
    private final Pointer path;
    private final Pointer argv;
    private final Pointer envp;

    SpawnBlock(Libc libc, String path, Collection<String> arguments, Collection<String> environment) {
        this.libc = libc;
        List<byte[]> strings = new ArrayList<>();
        strings.add(Linux.cString(path));
        arguments.forEach(argument -> strings.add(Linux.cString(argument)));
        environment.forEach(variable -> strings.add(Linux.cString(variable)));
        int vectors = (arguments.size() + 1 + environment.size() + 1) * Long.BYTES;
        long text = strings.stream().mapToLong(string -> string.length).sum();
        memory = new Memory(FILE_ACTIONS_BYTES + vectors + text);
        memory.clear();
        fileActions = memory.share(0);
        argv = memory.share(FILE_ACTIONS_BYTES);
        envp = argv.share((arguments.size() + 1L) * Long.BYTES);
        this.path = argv.share(vectors);
        layOut(strings, arguments.size());
        libc.fileActionsInit(fileActions);
    }

    Pointer fileActions() {
        return fileActions;
    }

    void setWorkingDirectory(String directory) {
        int error = libc.fileActionsAddChdir(fileActions, Linux.cString(directory));
        if (error < 0) {
            throw new ProcessStartException(
                    Reason.OTHER, "preparing the working directory: " + Linux.describe(-error), null);
        }
    }

    /** Returns the pid, or a negated errno. */
    int spawn(Pointer attributes) {
        int[] pid = new int[1];
        int error = libc.posixSpawn(pid, path, fileActions, attributes, argv, envp);
        return error == 0 ? pid[0] : -error;
    }

    @Override
    public void close() {
        libc.fileActionsDestroy(fileActions);
        memory.close();
    }

    private void layOut(List<byte[]> strings, int arguments) {
        Pointer text = path;
        long offset = 0;
        for (int i = 0; i < strings.size(); i++) {
            text.write(offset, strings.get(i), 0, strings.get(i).length);
            if (i > 0) {
                boolean isArgument = i <= arguments;
                Pointer vector = isArgument ? argv : envp;
                long index = isArgument ? i - 1L : i - 1L - arguments;
                vector.setPointer(index * Long.BYTES, text.share(offset));
            }
            offset += strings.get(i).length;
        }
    }
}
