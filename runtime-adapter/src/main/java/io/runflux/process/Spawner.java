// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import com.sun.jna.Pointer;
import io.runflux.process.ProcessStartException.Reason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntSupplier;

/** Starts one child, on the calling thread, which blocks until the child has executed its program. */
final class Spawner {
    private final Libc libc;
    private final SpawnAttributes attributes;
    private final NullDevice nullDevice;
    private final PrivateTables privateTables;

    Spawner(Libc libc) {
        this.libc = libc;
        attributes = new SpawnAttributes(libc);
        nullDevice = new NullDevice(libc);
        privateTables = new PrivateTables(libc, nullDevice);
    }

    /**
     * Starts the child.
     *
     * @throws ProcessStartException if it could not be started; nothing is left then
     */
    SpawnedChild spawn(ProcessSpec spec) {
        Path program = StartDiagnosis.resolve(spec);
        try (ChildDescriptors descriptors = ChildDescriptors.open(libc, spec, nullDevice)) {
            try {
                int pid = spawn(spec, program, descriptors);
                return new SpawnedChild(
                        pid,
                        openPidfd(pid),
                        descriptors.ours(0),
                        descriptors.ours(1),
                        descriptors.ours(2),
                        descriptors.further(),
                        spec.terminal() != null,
                        spec.terminal() == null && spec.pipeBytes() == 0,
                        kind(spec));
            } catch (RuntimeException | Error e) {
                descriptors.closeOurs();
                throw e;
            }
        }
    }

    private static ExitWatch.Kind kind(ProcessSpec spec) {
        if (spec.group() == ProcessGroup.INHERIT) {
            return ExitWatch.Kind.CHILD;
        }
        return spec.leavesGroupAlone() ? ExitWatch.Kind.LONE_LEADER : ExitWatch.Kind.GROUP_LEADER;
    }

    /** Lets go of what is kept between launches, when there are none any more. */
    void release() {
        nullDevice.close();
    }

    /** Whether many descriptors are open, and spawning goes by a thread whose table has few. */
    boolean usesPrivateTables() {
        return privateTables.areWanted();
    }

    /** Ends the threads that spawn for it, when nothing that they spawned is to live on. */
    void close() {
        privateTables.close();
    }

    /** Lets go of a child that nobody took over. */
    void discard(SpawnedChild child) {
        List.of(child.pidfd(), child.stdin(), child.stdout(), child.stderr()).forEach(this::closeIfOpen);
        child.further().forEach(pipe -> libc.close(pipe.descriptor()));
        Reaping.killNow(libc, child.pid());
    }

    private void closeIfOpen(int descriptor) {
        if (descriptor >= 0) {
            libc.close(descriptor);
        }
    }

    private int spawn(ProcessSpec spec, Path program, ChildDescriptors descriptors) {
        if (Wrappers.areNeeded(spec)) {
            StartDiagnosis.check(spec, program);
        }
        int pid = spawnPrivately(spec, program, descriptors);
        if (pid == PrivateTable.NOT_SPAWNED) {
            pid = spawnHere(spec, program, descriptors);
        }
        if (pid < 0) {
            throw StartDiagnosis.explain(spec, program, -pid);
        }
        return pid;
    }

    private int spawnPrivately(ProcessSpec spec, Path program, ChildDescriptors descriptors) {
        Pointer grouping = attributes.of(spec.group());
        PrivateTable table = privateTables.take(spec, grouping);
        if (table == null) {
            return PrivateTable.NOT_SPAWNED;
        }
        try (SpawnBlock block = block(spec, program)) {
            descriptors.addPrivateTo(block.fileActions());
            setWorkingDirectory(spec, block);
            return table.spawn(descriptors.ofThisProcess(), block, grouping);
        } finally {
            privateTables.giveBack(table);
        }
    }

    private int spawnHere(ProcessSpec spec, Path program, ChildDescriptors descriptors) {
        try (SpawnBlock block = block(spec, program)) {
            descriptors.addTo(block.fileActions());
            setWorkingDirectory(spec, block);
            Pointer grouping = attributes.of(spec.group());
            IntSupplier spawn = () -> block.spawn(grouping);
            return ThrowawayThread.isNeeded(spec) ? ThrowawayThread.call(libc, spec, spawn) : spawn.getAsInt();
        }
    }

    private static void setWorkingDirectory(ProcessSpec spec, SpawnBlock block) {
        Path directory = spec.workingDirectory();
        if (directory != null) {
            block.setWorkingDirectory(directory.toString());
        }
    }

    private SpawnBlock block(ProcessSpec spec, Path program) {
        List<String> environment = environment(spec);
        if (Wrappers.areNeeded(spec)) {
            List<String> command = Wrappers.wrap(spec, program);
            return new SpawnBlock(libc, command.get(0), command, environment);
        }
        return new SpawnBlock(libc, program.toString(), command(spec), environment);
    }

    private static List<String> command(ProcessSpec spec) {
        List<String> command = new ArrayList<>();
        command.add(spec.argv0());
        command.addAll(spec.arguments());
        return command;
    }

    private static List<String> environment(ProcessSpec spec) {
        Map<String, String> variables = new TreeMap<>();
        if (spec.inheritsEnvironment()) {
            variables.putAll(System.getenv());
        }
        variables.putAll(spec.environment());
        return variables.entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toList();
    }

    /** The child cannot have gone before this, as a zombie it waits for us. */
    private int openPidfd(int pid) {
        int pidfd = libc.pidfdOpen(pid);
        if (pidfd >= 0) {
            privateTables.noteOpened(pidfd);
            return pidfd;
        }
        Reaping.killNow(libc, pid);
        Reason reason = pidfd == -Linux.EMFILE || pidfd == -Linux.ENFILE ? Reason.TOO_MANY_DESCRIPTORS : Reason.OTHER;
        throw new ProcessStartException(reason, "opening a pidfd: " + Linux.describe(-pidfd), null);
    }
}
