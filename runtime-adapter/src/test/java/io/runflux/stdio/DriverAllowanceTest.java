// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.StepVerifier;

class DriverAllowanceTest {
    private static final DriverScene SCENE = new DriverScene();

    @TempDir
    Path directory = Path.of("/");

    @BeforeEach
    void setUp() {
        SCENE.use(directory);
        SCENE.script("touch $D/started", "exec 5>&-", "cat <&3 > /dev/null");
    }

    @AfterEach
    void nothingWasStarted() {
        assertThat(SCENE.file("started")).doesNotExist();
    }

    @AfterAll
    static void dispose() {
        SCENE.dispose();
    }

    private static void assertRefused(StdioUri uri, UpstreamOptions options, String reason) {
        StepVerifier.create(UpstreamIo.open(uri, options))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(UpstreamException.class)
                        .hasMessageStartingWith("cannot open " + uri + ": ")
                        .hasMessageContaining(reason))
                .verify(DriverScene.TIMEOUT);
    }

    @Test
    void open_noDrivers_isRefused() {
        assertRefused(SCENE.uri(), UpstreamOptions.defaults(), "no logging driver is allowed");
    }

    @Test
    void open_notOnTheList_isRefused() {
        DriverOptions drivers = SCENE.drivers().withAllowedExecutables(Path.of("/opt/other"));

        assertRefused(
                SCENE.uri(),
                UpstreamOptions.defaults().withDrivers(drivers),
                "is none of the allowed logging drivers, which are [/opt/other]");
    }

    @Test
    void open_link_isRefused() throws IOException {
        Path real = Files.move(SCENE.executable(), SCENE.file("real"));
        Files.createSymbolicLink(SCENE.executable(), real);

        assertRefused(SCENE.uri(), SCENE.options(), "must be reached through no symbolic link, is '" + real + "'");
    }

    @Test
    void open_writableByOthers_isRefused() throws IOException {
        Files.setPosixFilePermissions(SCENE.executable(), PosixFilePermissions.fromString("rwxrwx---"));

        assertRefused(SCENE.uri(), SCENE.options(), "must be writable by its owner alone");
    }

    @Test
    void open_directoryWritableByOthers_isRefused() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx----w-"));

        assertRefused(SCENE.uri(), SCENE.options(), "must be writable by its owner alone");
    }

    @Test
    void open_notExecutable_isRefused() throws IOException {
        Files.setPosixFilePermissions(SCENE.executable(), PosixFilePermissions.fromString("rw-------"));

        assertRefused(SCENE.uri(), SCENE.options(), SCENE.executable().toString());
    }

    @Test
    void options_nonsense_isRefused() {
        DriverLimits limits = DriverLimits.defaults();

        assertThatThrownBy(() -> SCENE.drivers().withAllowedExecutables(Path.of("bin/driver")))
                .hasMessageContaining("allowed executable must be absolute");
        assertThatThrownBy(() -> SCENE.drivers().withAllowedExecutables(Path.of("/opt/../driver")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DriverOptions.of(
                        SCENE.drivers().launcher(), SCENE.drivers().containerId(), "../x"))
                .hasMessageContaining("namespace must match");
        assertThatThrownBy(() -> limits.withBufferBytes(1)).hasMessageContaining("from 64 KiB to 64 MiB");
        assertThatThrownBy(() -> limits.withReadyTimeout(Duration.ZERO)).hasMessageContaining("ready timeout");
        assertThatThrownBy(() -> limits.withEndTimeout(Duration.ofSeconds(-1))).hasMessageContaining("end timeout");
    }
}
