// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
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
 * Programs of an ELF header, one segment, and a few system calls. One with a C library is no trivial child on a virtual
 * machine, where each of the CPUID instructions at its start is an exit to the host.
 */
public enum TinyProgram {
    /** Exits with 0. */
    EXIT(
            "b83c00000031ff0f05", // mov eax, 60; xor edi, edi; syscall
            "a80b80d2000080d2010000d4"), // mov x8, 93; mov x0, 0; svc 0
    /** Copies its input to its output, in pieces of 4 KiB on its stack, and then exits with 0. */
    COPY(
            "4881ec00100000" // sub rsp, 4096
                    + "31ff4889e6ba0010000031c00f05" // again: read(0, rsp, 4096)
                    + "85c07e10" // test eax, eax; jle ended
                    + "bf0100000089c2b8010000000f05ebde" // write(1, rsp, eax); jmp again
                    + "89c7b83c0000000f05", // ended: exit(eax)
            "ff0740d1" // sub sp, sp, 4096
                    + "000080d2e1030091020082d2e80780d2010000d4" // again: read(0, sp, 4096)
                    + "1f0000f1cd000054" // cmp x0, 0; b.le ended
                    + "e20300aa200080d2080880d2010000d4f5ffff17" // write(1, sp, x0); b again
                    + "a80b80d2010000d4"), // ended: exit(x0)
    /** Writes pieces of as many bytes as its first datum says, as often as its second says, and exits with 0. */
    WRITE(
            "488b1531000000488b1d320000004829d4" // mov rdx, [size]; mov rbx, [count]; sub rsp, rdx
                    + "b80100000089c74889e6488b15160000000f05" // again: write(1, rsp, [size])
                    + "48ffcb75e8" // dec rbx; jnz again
                    + "b83c00000031ff0f05900f1f440000", // exit(0), and as many bytes as align the data
            "13020058a2010058ff6322cb" // ldr x19, count; ldr x2, size; sub sp, sp, x2
                    + "200080d2e103009122010058080880d2010000d4" // again: write(1, sp, [size])
                    + "730600f141ffff54" // subs x19, x19, 1; b.ne again
                    + "a80b80d2000080d2010000d41f2003d5"), // exit(0); nop
    /** Reads to the end of its input, and exits with 0 if it was as many bytes as its datum says, otherwise with 1. */
    READ(
            "4c8b2d310000004881ec000001004531e4" // mov r13, [expected]; sub rsp, 65536; xor r12d, r12d
                    + "31ff4889e6ba0000010031c00f05" // again: read(0, rsp, 65536)
                    + "4901c44885c07fea" // add r12, rax; test rax, rax; jg again
                    + "31ff4d39ec400f95c7b83c0000000f0590", // exit(r12 != r13); nop
            "14020058130080d2ff4340d1" // ldr x20, expected; mov x19, 0; sub sp, sp, 65536
                    + "000080d2e10300912200a0d2e80780d2010000d4" // again: read(0, sp, 65536)
                    + "7302008b1f0000f12cffff54" // add x19, x19, x0; cmp x0, 0; b.gt again
                    + "7f0214ebe0079f9aa80b80d2010000d41f2003d5"), // exit(x19 != x20); nop
    /** Waits for a signal: ppoll(NULL, 0, NULL, NULL). */
    PAUSE("b80f01000031ff31f631d24531d20f05", "000080d2010080d2020080d2030080d2280980d2010000d4");

    private static final FileAttribute<Set<PosixFilePermission>> EXECUTABLE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"));
    private static final int HEADER_BYTES = 64;
    private static final int SEGMENT_BYTES = 56;
    private static final long ADDRESS = 0x400000;
    private static final short EXECUTABLE_FILE = 2;
    private static final short AMD64 = 62;
    private static final short AARCH64 = 183;
    private static final int LOADED = 1;
    private static final int READ_AND_EXECUTE = 5;

    private final String amd64;
    private final String aarch64;

    TinyProgram(String amd64, String aarch64) {
        this.amd64 = amd64;
        this.aarch64 = aarch64;
    }

    /**
     * Writes the program to a file.
     *
     * @param file where; it must not exist
     * @param data what it is told, as many as it takes
     * @return the file
     * @throws UnsupportedOperationException if it is not known how to do so on this processor
     */
    public Path write(Path file, long... data) {
        try {
            Files.createFile(file, EXECUTABLE);
            return Files.write(file, image(System.getProperty("os.arch"), data));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] image(String architecture, long... data) {
        return switch (architecture) {
            case "amd64" -> image(AMD64, amd64, data);
            case "aarch64" -> image(AARCH64, aarch64, data);
            default -> throw new UnsupportedOperationException("no tiny program for " + architecture);
        };
    }

    /** As elf(5) has it. The data follow the instructions. */
    private static byte[] image(short machine, String instructions, long... data) {
        byte[] code = HexFormat.of().parseHex(instructions);
        int size = HEADER_BYTES + SEGMENT_BYTES + code.length + data.length * Long.BYTES;
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
        elf.put(code);
        for (long datum : data) {
            elf.putLong(datum);
        }
        return elf.array();
    }
}
