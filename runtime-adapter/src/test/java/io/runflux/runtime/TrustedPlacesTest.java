// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.testing.RequiresRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

class TrustedPlacesTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Others can add nothing there, nor above it. */
    @TempDir(factory = OutOfReach.class)
    Path directory = Path.of("/");

    /** Below a sticky directory, as a rule. */
    @TempDir
    Path shared = Path.of("/");

    /** Begins where the next second is a negative number. */
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - SECOND / 2);

    @Test
    @RequiresRoot
    void find_withinASecond_returnsWhatWasFound() throws IOException {
        Path binary = Fixtures.script(directory, "exit 0");
        Path other = Fixtures.script(Files.createDirectory(directory.resolve("other")), "exit 0");
        Path link = Files.createSymbolicLink(directory.resolve("link"), binary);
        TrustedPlaces places = places(link, directory);
        TrustedPlaces.Found found = places.find();
        assertThat(found.binary()).isEqualTo(binary);
        assertThat(found.config().root()).isEqualTo(root(directory)).isDirectory();

        Files.delete(link);
        Files.createSymbolicLink(link, other);

        nanos.addAndGet(SECOND - 1);
        assertThat(places.find()).isSameAs(found);
        nanos.incrementAndGet();
        assertThat(places.find().binary()).isEqualTo(other);
    }

    @Test
    @RequiresRoot
    void find_afterASecond_refusesWhatIsNoLongerTrusted() throws IOException {
        TrustedPlaces places = places(Fixtures.script(directory, "exit 0"), directory);
        places.find();
        open(root(directory));

        nanos.addAndGet(SECOND);

        assertThatThrownBy(places::find)
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessageContaining("root of runc '" + root(directory) + "'");
    }

    @Test
    @RequiresRoot
    void find_rootHasGone_makesItAgain() throws IOException {
        TrustedPlaces places = places(Fixtures.script(directory, "exit 0"), directory);
        places.find();
        Files.delete(root(directory));

        places.find();

        assertThat(root(directory)).isDirectory();
    }

    @Test
    @RequiresRoot
    void find_refused_looksAgainAtOnce() throws IOException {
        Path binary = Fixtures.script(directory, "exit 0");
        TrustedPlaces places = places(binary, directory);
        open(binary);
        assertThatThrownBy(places::find).isInstanceOf(RuntimeUnavailableException.class);

        Files.setPosixFilePermissions(binary, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThat(places.find().binary()).isEqualTo(binary);
    }

    @Test
    @RequiresRoot
    void find_belowAStickyDirectory_looksEachTime() throws IOException {
        Path sticky = Files.createDirectory(directory.resolve("sticky"));
        Files.setAttribute(sticky, "unix:mode", 01777);
        TrustedPlaces places = places(Fixtures.script(directory, "exit 0"), sticky);
        places.find();

        open(root(sticky));

        assertThatThrownBy(places::find).isInstanceOf(RuntimeUnavailableException.class);
    }

    @Test
    void find_binaryBelowTheTemporaryDirectory_looksEachTime() throws IOException {
        Path binary = Fixtures.script(shared.toRealPath(), "exit 0");
        TrustedPlaces places = places(binary, shared);
        places.find();

        open(binary);

        assertThatThrownBy(places::find).isInstanceOf(RuntimeUnavailableException.class);
    }

    private static void open(Path path) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    private static Path root(Path parent) {
        return parent.resolve("state");
    }

    private TrustedPlaces places(Path binary, Path parent) {
        RuntimeConfig config = RuntimeConfig.builder(binary).root(root(parent)).build();
        return new TrustedPlaces(config, "runc", nanos::get);
    }

    /** Who is not root gets one of those that others may add to, and is not asked for more. */
    static final class OutOfReach implements TempDirFactory {
        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) throws IOException {
            Path parent = Path.of("/run");
            return Files.isWritable(parent)
                    ? Files.createTempDirectory(parent, "runflux-test")
                    : Files.createTempDirectory("runflux-test");
        }
    }
}
