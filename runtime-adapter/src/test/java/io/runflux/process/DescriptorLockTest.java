// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real locks, asked for by a second process; that no descriptor is left is the leak guard's to say. */
class DescriptorLockTest {
    @TempDir
    Path temporary = Path.of("/");

    private Path file = Path.of("/");

    @BeforeEach
    void setUp() throws IOException {
        file = Files.createFile(temporary.toRealPath().resolve("file"));
    }

    private DescriptorLock lock() throws IOException {
        return Objects.requireNonNull(DescriptorLock.tryLock(file));
    }

    /** Asks as flock(1) does, which ends with 1 if somebody has the lock. */
    private int askElsewhere() throws IOException, InterruptedException {
        return new ProcessBuilder("flock", "--nonblock", file.toString(), "true")
                .start()
                .waitFor();
    }

    @Test
    void tryLock_isForOneHereAndElsewhere() throws Exception {
        DescriptorLock lock = lock();

        assertThat(DescriptorLock.tryLock(file)).isNull();
        assertThat(askElsewhere()).isOne();
        lock.close();
        lock.close();
        assertThat(askElsewhere()).isZero();
        lock().close();
    }

    @Test
    void tryLock_otherDescriptorsOfTheFileAreClosed_staysLocked() throws Exception {
        try (DescriptorLock lock = lock()) {
            FileChannel.open(file, StandardOpenOption.READ).close();
            FileChannel.open(file, StandardOpenOption.WRITE).close();
            assertThat(DescriptorLock.tryLock(file)).isNull();

            assertThat(lock).isNotNull();
            assertThat(askElsewhere()).isOne();
        }
    }

    @Test
    void tryLock_childLivesLonger_isFreeOnceItIsClosed() throws Exception {
        Process child;
        try (DescriptorLock lock = lock()) {
            child = new ProcessBuilder("sleep", "1000").start();
            assertThat(lock).isNotNull();
        }
        try {
            assertThat(askElsewhere()).isZero();
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    @Test
    void tryLock_notThere_failsAsThat() {
        Path missing = temporary.resolve("missing");

        assertThatThrownBy(() -> DescriptorLock.tryLock(missing)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void tryLock_link_isRefused() throws IOException {
        Path link = Files.createSymbolicLink(file.resolveSibling("link"), file);

        assertThatThrownBy(() -> DescriptorLock.tryLock(link))
                .isInstanceOf(ProcessException.class)
                .hasMessage("'" + link + "' must be a regular file");
    }

    @ParameterizedTest
    @CsvSource({"flock, -12, out of memory", "open, -24, too many open files"})
    void tryLock_kernelRefuses_failsAndSaysWhy(String function, int result, String words) {
        FaultyLibc faulty = new FaultyLibc();
        faulty.fail(function, result);

        assertThatThrownBy(() -> DescriptorLock.ofDescriptor(faulty.libc(), file))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining(words);
    }

    @Test
    void ofProcess_isForOne() throws IOException {
        DescriptorLock lock = Objects.requireNonNull(DescriptorLock.ofProcess(file));

        assertThat(DescriptorLock.ofProcess(file)).isNull();
        lock.close();
        lock.close();
        Objects.requireNonNull(DescriptorLock.ofProcess(file)).close();
    }
}
