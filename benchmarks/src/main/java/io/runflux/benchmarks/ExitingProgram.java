// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Set;

/**
 * The smallest program that exits with 0: an ELF header, one segment, and the system call. A program with a C library
 * is no trivial child on a virtual machine, where each of the CPUID instructions at its start is an exit to the host.
 *
 * @param path where it lies
 */
record ExitingProgram(Path path) implements AutoCloseable {
    private static final FileAttribute<Set<PosixFilePermission>> EXECUTABLE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final int HEADER_BYTES = 64;
    private static final int SEGMENT_BYTES = 56;
    private static final long ADDRESS = 0x400000;
    private static final short EXECUTABLE_FILE = 2;
    private static final int LOADED = 1;
    private static final int READ_AND_EXECUTE = 5;

    /**
     * Writes it to a temporary file.
     *
     * @throws UnsupportedOperationException if it is not known how to exit on this processor
     */
    static ExitingProgram write() throws IOException {
        Path path = Files.createTempFile("runflux-exit", "", EXECUTABLE);
        Files.write(path, image(System.getProperty("os.arch")));
        return new ExitingProgram(path);
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
    }

    private static byte[] image(String architecture) {
        return switch (architecture) {
            case "amd64" -> image((short) 62, "b83c00000031ff0f05"); // mov eax, 60; xor edi, edi; syscall
            case "aarch64" -> image((short) 183, "a80b80d2000080d2010000d4"); // mov x8, 93; mov x0, 0; svc 0
            default ->
                throw new UnsupportedOperationException(
                        "no program that exits for " + architecture + ": choose one with -p child=PATH");
        };
    }

    /** As elf(5) has it. */
    private static byte[] image(short machine, String instructions) {
        byte[] code = HexFormat.of().parseHex(instructions);
        int size = HEADER_BYTES + SEGMENT_BYTES + code.length;
        ByteBuffer elf = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        elf.put(new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
        elf.putShort(EXECUTABLE_FILE).putShort(machine).putInt(1);
        elf.putLong(ADDRESS + HEADER_BYTES + SEGMENT_BYTES)
                .putLong(HEADER_BYTES)
                .putLong(0);
        elf.putInt(0).putShort((short) HEADER_BYTES);
        elf.putShort((short) SEGMENT_BYTES)
                .putShort((short) 1)
                .putShort((short) 0)
                .putInt(0);
        elf.putInt(LOADED).putInt(READ_AND_EXECUTE).putLong(0);
        elf.putLong(ADDRESS).putLong(ADDRESS).putLong(size).putLong(size).putLong(0x1000);
        return elf.put(code).array();
    }
}
