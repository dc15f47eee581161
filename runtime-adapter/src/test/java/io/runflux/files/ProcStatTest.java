// SPDX-License-Identifier: Apache-2.0
package io.runflux.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProcStatTest {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    @Test
    void fields_ofThisProcess_beginWithItsStateAndParent() throws IOException {
        ProcessHandle self = ProcessHandle.current();

        assertThat(ProcStat.fields((int) self.pid()).get(0)).isIn("R", "S");
        assertThat(ProcStat.fields((int) self.pid()).get(1))
                .isEqualTo(String.valueOf(self.parent().orElseThrow().pid()));
    }

    /** Through a descriptor its file can be opened still, and the kernel refuses to read it. */
    @Test
    void fields_reapedAfterTheFileWasOpened_areNone() throws Exception {
        Process process = new ProcessBuilder("/bin/cat").start();
        Path stat = Path.of("/proc", String.valueOf(process.pid()), "stat");
        try (InputStream opened = Files.newInputStream(stat)) {
            Path descriptor = descriptorOf(stat);
            assertThat(ProcStat.fields(descriptor)).isNotEmpty();

            process.getOutputStream().close();
            process.waitFor();

            assertThat(opened).isNotNull();
            assertThat(ProcStat.fields(descriptor)).isEmpty();
            assertThat(ProcStat.fields((int) process.pid())).isEmpty();
        }
    }

    private static Path descriptorOf(Path file) throws IOException {
        try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
            return descriptors
                    .filter(descriptor -> isOf(descriptor, file))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static boolean isOf(Path descriptor, Path file) {
        try {
            return Files.isSymbolicLink(descriptor)
                    && Files.readSymbolicLink(descriptor).equals(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
