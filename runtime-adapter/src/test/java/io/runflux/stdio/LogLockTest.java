// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.StepVerifier;

/** What a second process can have of a log; it asks as flock(1) does. */
class LogLockTest {
    private static final String LINES = "a line of a log that is long enough\n".repeat(3_000);

    @TempDir
    Path parent = Path.of("/");

    private LogScene scene = LogScene.NONE;
    private Path lock = Path.of("/");

    @BeforeEach
    void setUp() {
        scene = LogScene.in(parent);
        lock = scene.root().resolve(".c1.log.lock");
    }

    private void assertLocked() throws Exception {
        Process asking = new ProcessBuilder("flock", "--nonblock", lock.toString(), "true").start();

        assertThat(asking.waitFor()).isOne();
    }

    private void assertRefused() {
        StepVerifier.create(UpstreamIo.open(scene.uri(), scene.options()))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(UpstreamException.class)
                        .hasMessage("cannot open " + scene.uri()
                                + ": somebody else writes to it, here or in another process"))
                .verify(LogScene.TIMEOUT);
    }

    @Test
    void open_readerWasClosed_staysLocked() throws Exception {
        UpstreamIo upstream = scene.open(scene.uri());
        upstream.sendStdout(LogScene.bytes("read here\n")).block(LogScene.TIMEOUT);

        assertThat(scene.read(scene.uri(), LogStart.beginning())).isEqualTo("read here\n");
        assertLocked();
        upstream.close().block(LogScene.TIMEOUT);
        assertThat(scene.files()).containsExactly("c1.log");
    }

    @Test
    void open_secondWriterWasRefused_staysLocked() throws Exception {
        UpstreamIo upstream = scene.open(scene.uri());

        assertRefused();
        assertRefused();
        assertLocked();
        upstream.close().block(LogScene.TIMEOUT);
    }

    @Test
    void open_rotated_staysLocked() throws Exception {
        StdioUri uri = scene.uri().with("max-size", "64k");
        UpstreamIo upstream = scene.open(uri);
        Object before = Files.getAttribute(lock, "unix:ino");
        upstream.sendStdout(LogScene.bytes(LINES)).block(LogScene.TIMEOUT);

        assertThat(scene.files()).contains("c1.log.0000000001");
        assertThat(scene.read(uri, LogStart.beginning())).isEqualTo(LINES);
        assertLocked();
        assertThat(Files.getAttribute(lock, "unix:ino")).isEqualTo(before);
        upstream.close().block(LogScene.TIMEOUT);
    }

    @Test
    void open_anotherProcessWrites_isRefusedUntilThatIsKilled() throws Exception {
        List<String> locking =
                List.of("flock", "--no-fork", lock.toString(), "sh", "-c", "echo locked; exec sleep 1000");
        Process other = new ProcessBuilder(locking).start();
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("locked");
            assertRefused();
            assertThat(scene.files()).containsExactly(".c1.log.lock");
        } finally {
            other.destroyForcibly();
        }
        assertThat(other.waitFor(LogScene.TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                .isTrue();

        scene.write(scene.uri(), "free\n");
        assertThat(scene.files()).containsExactly("c1.log");
    }

    @Test
    void open_linkInPlaceOfTheLock_isRefused() throws IOException {
        Path other = Files.writeString(scene.root().resolve("other"), "precious");
        Files.createSymbolicLink(lock, other);

        StepVerifier.create(UpstreamIo.open(scene.uri(), scene.options()))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(UpstreamException.class)
                        .hasMessageContaining("'" + lock + "' must be a regular file"))
                .verify(LogScene.TIMEOUT);
        assertThat(other).hasContent("precious");
        assertThat(scene.files()).containsExactly(".c1.log.lock", "other");
    }
}
