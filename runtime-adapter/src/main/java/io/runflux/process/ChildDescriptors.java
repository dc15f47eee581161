// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import com.sun.jna.Pointer;
import io.runflux.process.ProcessStartException.Reason;
import io.runflux.process.Stdio.DescriptorStdio;
import io.runflux.process.Stdio.FileStdio;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The descriptors of one child before it is started: what it gets, by number, and our own ends. Everything here is
 * close-on-exec and numbered above all that the child is to get, so that connecting one cannot overwrite another.
 */
final class ChildDescriptors implements AutoCloseable {
    private static final int CREATE_MODE = 0666;

    private final Libc libc;
    private final ProcessSpec spec;
    private final NullDevice nullDevice;
    private final int lowest;
    private final SortedMap<Integer, Integer> sources = new TreeMap<>();
    private final List<Integer> closedAfterSpawn = new ArrayList<>();
    private final int[] ours;
    private String slave = "";

    private ChildDescriptors(Libc libc, ProcessSpec spec, NullDevice nullDevice) {
        this.libc = libc;
        this.spec = spec;
        this.nullDevice = nullDevice;
        lowest = spec.descriptors().lastKey() + 1;
        ours = new int[lowest];
        Arrays.fill(ours, -1);
    }

    /** Opens all of them, or none. */
    static ChildDescriptors open(Libc libc, ProcessSpec spec, NullDevice nullDevice) {
        ChildDescriptors descriptors = new ChildDescriptors(libc, spec, nullDevice);
        try {
            descriptors.openAll();
            return descriptors;
        } catch (RuntimeException e) {
            descriptors.closeOurs();
            descriptors.close();
            throw e;
        }
    }

    /** Our end of a standard stream, or -1. */
    int ours(int number) {
        return ours[number];
    }

    /** Our ends of the pipes beyond the standard streams. */
    List<FurtherPipe> further() {
        List<FurtherPipe> pipes = new ArrayList<>();
        for (int number = 3; number < ours.length; number++) {
            if (ours[number] >= 0) {
                boolean isInput = spec.descriptors().get(number) == Stdio.inputPipe();
                pipes.add(new FurtherPipe(number, ours[number], isInput));
            }
        }
        return pipes;
    }

    void closeOurs() {
        for (int i = 0; i < ours.length; i++) {
            if (ours[i] >= 0) {
                libc.close(ours[i]);
                ours[i] = -1;
            }
        }
    }

    /** Closes what only the child needs. */
    @Override
    public void close() {
        closedAfterSpawn.forEach(libc::close);
        closedAfterSpawn.clear();
    }

    /** What the child gets of this process, in the order of its own numbers. */
    int[] ofThisProcess() {
        return sources.values().stream()
                .mapToInt(Integer::intValue)
                .filter(this::isOfThisProcess)
                .toArray();
    }

    private boolean isOfThisProcess(int source) {
        return source >= lowest;
    }

    /** Tells what the child does with them between the clone and the exec; what is not asked for is closed last. */
    void addTo(Pointer fileActions) {
        addTo(fileActions, sources);
    }

    /** As the other, where {@link #ofThisProcess()} have the numbers from {@link PrivateTable#FIRST} on. */
    void addPrivateTo(Pointer fileActions) {
        SortedMap<Integer, Integer> renumbered = new TreeMap<>();
        int next = PrivateTable.FIRST;
        for (Map.Entry<Integer, Integer> entry : sources.entrySet()) {
            int source = entry.getValue();
            renumbered.put(entry.getKey(), isOfThisProcess(source) ? next++ : source);
        }
        addTo(fileActions, renumbered);
    }

    private void addTo(Pointer fileActions, SortedMap<Integer, Integer> given) {
        if (!slave.isEmpty()) {
            checkAction(libc.fileActionsAddOpen(fileActions, 0, Linux.cString(slave), Linux.O_RDWR));
            checkAction(libc.fileActionsAddDup2(fileActions, 0, 1));
            checkAction(libc.fileActionsAddDup2(fileActions, 0, 2));
        }
        given.forEach((number, source) -> checkAction(libc.fileActionsAddDup2(fileActions, source, number)));
        for (int number = 3; number < lowest; number++) {
            if (!given.containsKey(number)) {
                checkAction(libc.fileActionsAddClose(fileActions, number));
            }
        }
        checkAction(libc.fileActionsAddCloseFrom(fileActions, lowest));
    }

    private void openAll() {
        TerminalSize terminal = spec.terminal();
        if (terminal != null) {
            openTerminal(terminal);
        }
        int silence = -1;
        for (Map.Entry<Integer, Stdio> entry : spec.descriptors().entrySet()) {
            int number = entry.getKey();
            Stdio stdio = entry.getValue();
            if (terminal != null && number <= 2) {
                continue;
            }
            if (stdio == Stdio.nullDevice()) {
                silence = silence < 0 ? raised(check(nullDevice.descriptor(), NullDevice.PATH)) : silence;
                sources.put(number, silence);
            } else {
                connect(number, stdio);
            }
        }
    }

    private void connect(int number, Stdio stdio) {
        if (stdio == Stdio.pipe()) {
            openPipe(number, number == 0);
        } else if (stdio == Stdio.inputPipe() || stdio == Stdio.outputPipe()) {
            openPipe(number, stdio == Stdio.inputPipe());
        } else if (stdio == Stdio.toStdout()) {
            sources.put(number, 1);
        } else if (stdio instanceof FileStdio file) {
            sources.put(number, openBlocking(file));
        } else if (stdio instanceof DescriptorStdio given) {
            sources.put(number, duplicate(given.number()));
        }
    }

    private void openPipe(int number, boolean isInput) {
        int[] ends = new int[2];
        check(libc.pipe2(ends, Linux.O_CLOEXEC), "a pipe");
        ours[number] = ends[isInput ? 1 : 0];
        int theirs = ends[isInput ? 0 : 1];
        closedAfterSpawn.add(theirs);
        sources.put(number, raised(theirs));
        raiseOurs(number);
        check(libc.fcntl(ours[number], Linux.F_SETFL, Linux.O_NONBLOCK), "a pipe");
        if (spec.pipeBytes() > 0) {
            libc.fcntl(ours[number], Linux.F_SETPIPE_SZ, spec.pipeBytes());
        }
    }

    private void openTerminal(TerminalSize size) {
        ours[1] = check(Terminals.openMaster(libc, size), "a terminal");
        raiseOurs(1);
        ours[0] = check(libc.fcntl(ours[1], Linux.F_DUPFD_CLOEXEC, lowest), "a terminal");
        slave = Terminals.slaveOf(libc, ours[1]);
    }

    /** Opens without waiting for the other end of a FIFO; the child itself then gets it blocking, as it expects. */
    private int openBlocking(FileStdio file) {
        int access =
                switch (file.mode()) {
                    case READ -> Linux.O_RDONLY;
                    case WRITE -> Linux.O_WRONLY | Linux.O_CREAT | Linux.O_TRUNC;
                    case APPEND -> Linux.O_WRONLY | Linux.O_CREAT | Linux.O_APPEND;
                };
        int descriptor = openFile(file.path().toString(), access | Linux.O_NONBLOCK, CREATE_MODE);
        check(
                libc.fcntl(descriptor, Linux.F_SETFL, access & Linux.O_APPEND),
                file.path().toString());
        return descriptor;
    }

    private int openFile(String path, int flags, int mode) {
        int descriptor = check(libc.open(Linux.cString(path), flags | Linux.O_CLOEXEC | Linux.O_NOCTTY, mode), path);
        closedAfterSpawn.add(descriptor);
        return raised(descriptor);
    }

    private int duplicate(int descriptor) {
        int copy = check(libc.fcntl(descriptor, Linux.F_DUPFD_CLOEXEC, lowest), "descriptor " + descriptor);
        closedAfterSpawn.add(copy);
        return copy;
    }

    /** Returns the descriptor, or a duplicate above all that the child gets. */
    private int raised(int descriptor) {
        return descriptor >= lowest ? descriptor : duplicate(descriptor);
    }

    /** As {@link #raised}, of our own end: the original is closed here, the child never knew it. */
    private void raiseOurs(int number) {
        int original = ours[number];
        if (original < lowest) {
            ours[number] = check(libc.fcntl(original, Linux.F_DUPFD_CLOEXEC, lowest), "a pipe");
            libc.close(original);
        }
    }

    private static int check(int result, String what) {
        if (result == -Linux.EMFILE || result == -Linux.ENFILE) {
            throw new ProcessStartException(
                    Reason.TOO_MANY_DESCRIPTORS, "opening " + what + ": " + Linux.describe(-result), null);
        }
        if (result < 0) {
            throw new ProcessStartException(
                    Reason.STDIO_FILE, "opening " + what + ": " + Linux.describe(-result), null);
        }
        return result;
    }

    private static void checkAction(int result) {
        if (result < 0) {
            throw new ProcessStartException(
                    Reason.OTHER, "preparing the descriptors: " + Linux.describe(-result), null);
        }
    }
}
