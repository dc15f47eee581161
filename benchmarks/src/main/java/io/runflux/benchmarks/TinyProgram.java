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
 * A program of an ELF header, one segment, and a few system calls. One with a C library is no trivial child on a
 * virtual machine, where each of the CPUID instructions at its start is an exit to the host.
 *
 * @param path where it lies
 */
record TinyProgram(Path path) implements AutoCloseable {
    private static final FileAttribute<Set<PosixFilePermission>> EXECUTABLE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final String COPY_ON_AMD64 = "4881ec00100000" // sub rsp, 4096
            + "31ff4889e6ba0010000031c00f05" // again: read(0, rsp, 4096)
            + "85c07e10" // test eax, eax; jle ended
            + "bf0100000089c2b8010000000f05ebde" // write(1, rsp, eax); jmp again
            + "89c7b83c0000000f05"; // ended: exit(eax)
    private static final String COPY_ON_AARCH64 = "ff0740d1" // sub sp, sp, 4096
            + "000080d2e1030091020082d2e80780d2010000d4" // again: read(0, sp, 4096)
            + "1f0000f1cd000054" // cmp x0, 0; b.le ended
            + "e20300aa200080d2080880d2010000d4f5ffff17" // write(1, sp, x0); b again
            + "a80b80d2010000d4"; // ended: exit(x0)
    private static final int HEADER_BYTES = 64;
    private static final int SEGMENT_BYTES = 56;
    private static final long ADDRESS = 0x400000;
    private static final short EXECUTABLE_FILE = 2;
    private static final int LOADED = 1;
    private static final int READ_AND_EXECUTE = 5;

    /**
     * Writes the smallest program, which exits with 0, to a temporary file.
     *
     * @throws UnsupportedOperationException if it is not known how to do so on this processor
     */
    static TinyProgram writeExiting() throws IOException {
        // amd64: mov eax, 60; xor edi, edi; syscall
        // aarch64: mov x8, 93; mov x0, 0; svc 0
        return write("b83c00000031ff0f05", "a80b80d2000080d2010000d4");
    }

    /**
     * Writes a program that copies its standard input to its standard output, in pieces of 4 KiB on its stack, and then
     * exits with 0, to a temporary file.
     *
     * @throws UnsupportedOperationException if it is not known how to do so on this processor
     */
    static TinyProgram writeCopying() throws IOException {
        return write(COPY_ON_AMD64, COPY_ON_AARCH64);
    }

    private static TinyProgram write(String amd64, String aarch64) throws IOException {
        byte[] image = image(System.getProperty("os.arch"), amd64, aarch64);
        Path path = Files.createTempFile("runflux-child", "", EXECUTABLE);
        Files.write(path, image);
        return new TinyProgram(path);
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(path);
    }

    private static byte[] image(String architecture, String amd64, String aarch64) {
        return switch (architecture) {
            case "amd64" -> image((short) 62, amd64);
            case "aarch64" -> image((short) 183, aarch64);
            default ->
                throw new UnsupportedOperationException(
                        "no tiny program for " + architecture + ": choose one with -p child=PATH");
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
