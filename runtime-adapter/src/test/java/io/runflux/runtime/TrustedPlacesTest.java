// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static io.runflux.runtime.Fixtures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustedPlacesTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @TempDir
    Path directory = Path.of("/");

    /** Begins where the next second is a negative number. */
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - SECOND / 2);

    private Path binary = Path.of("/");
    private Path root = Path.of("/");

    @BeforeEach
    void install() throws IOException {
        directory = directory.toRealPath();
        binary = Fixtures.script(directory, "exit 0");
        root = directory.resolve("state");
    }

    @Test
    void find_again_staysOnTheThreadThatAsks() {
        TrustedPlaces places = places(binary);

        Thread first = places.find().map(found -> Thread.currentThread()).block(Fixtures.TIMEOUT);
        Thread second = places.find().map(found -> Thread.currentThread()).block(Fixtures.TIMEOUT);

        assertThat(first).isNotEqualTo(Thread.currentThread());
        assertThat(second).isEqualTo(Thread.currentThread());
    }

    @Test
    void find_forASecond_yieldsWhatWasFound() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), binary);
        TrustedPlaces places = places(link);
        TrustedPlaces.Found found = await(places.find());
        assertThat(found.binary()).isEqualTo(binary);
        assertThat(found.config().root()).isEqualTo(root).isDirectory();

        Path other = Fixtures.script(Files.createDirectory(directory.resolve("other")), "exit 0");
        Files.delete(link);
        Files.createSymbolicLink(link, other);

        nanos.addAndGet(SECOND - 1);
        assertThat(await(places.find())).isSameAs(found);
        assertThat(places.findNow()).isSameAs(found);
        nanos.incrementAndGet();
        assertThat(await(places.find()).binary()).isEqualTo(other);
    }

    @Test
    void find_afterASecond_refusesWhatIsNoLongerTrusted() throws IOException {
        TrustedPlaces places = places(binary);
        await(places.find());
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxrwxrwx"));

        nanos.addAndGet(SECOND);

        assertThatThrownBy(() -> await(places.find()))
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessageContaining("root of runc '" + root + "'");
        assertThatThrownBy(places::findNow).isInstanceOf(RuntimeUnavailableException.class);
    }

    @Test
    void find_refused_isLookedAtAgainAtOnce() throws IOException {
        TrustedPlaces places = places(binary);
        Files.setPosixFilePermissions(binary, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> await(places.find())).isInstanceOf(RuntimeUnavailableException.class);

        Files.setPosixFilePermissions(binary, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThat(await(places.find()).binary()).isEqualTo(binary);
    }

    private TrustedPlaces places(Path program) {
        RuntimeConfig config = RuntimeConfig.builder(program)
                .root(root)
                .temporaryDirectory(directory)
                .build();
        return new TrustedPlaces(config, "runc", nanos::get);
    }
}
