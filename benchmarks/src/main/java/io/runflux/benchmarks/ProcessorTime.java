// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What all processors of a machine did since it was started, in ticks, see {@code /proc/stat} in proc(5).
 *
 * @param ran how long they ran
 * @param stolen how long they had something to run, and the host of a virtual machine ran somebody else
 */
record ProcessorTime(long ran, long stolen) {
    private static final Path STATISTICS = Path.of("/proc/stat");
    private static final int USER = 1;
    private static final int NICE = 2;
    private static final int SYSTEM = 3;
    private static final int INTERRUPTS = 6;
    private static final int SOFT_INTERRUPTS = 7;
    private static final int STOLEN = 8;

    /** Returns what is known: nothing, where there is no such file. */
    static ProcessorTime now() {
        try (Stream<String> lines = Files.lines(STATISTICS)) {
            return lines.findFirst().map(ProcessorTime::parse).orElseThrow();
        } catch (IOException e) {
            return new ProcessorTime(0, 0);
        }
    }

    /** Parses the first line, which adds up the processors. */
    static ProcessorTime parse(String line) {
        String[] fields = line.split(" +", -1);
        long ran = 0;
        for (int field : new int[] {USER, NICE, SYSTEM, INTERRUPTS, SOFT_INTERRUPTS}) {
            ran += Long.parseLong(fields[field]);
        }
        return new ProcessorTime(ran, Long.parseLong(fields[STOLEN]));
    }

    /** Returns the share of the time since then for which the processors had something to run and did not. */
    double stolenSince(ProcessorTime before) {
        double wanted = ran - before.ran + stolen - before.stolen;
        return wanted == 0 ? 0 : (stolen - before.stolen) / wanted;
    }
}
