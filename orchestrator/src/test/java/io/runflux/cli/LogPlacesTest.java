// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.events.ContainerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogPlacesTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final ContainerId ID = ContainerId.of("web");
    private static final LogTarget LOG = LogTarget.parse("file:///var/log/w%20b.log?format=json&max-size=64k");
    private static final LogTarget OTHER = LogTarget.parse("file:///o");

    @TempDir
    private Path directory;

    private LogPlaces places;

    @BeforeEach
    void makePlaces() {
        places = new LogPlaces(directory);
    }

    private static LogPlaces.Place write(Path file, LogTarget log) {
        return LogPlaces.write(file, log).blockOptional(LIMIT).orElseThrow();
    }

    private LogPlaces.Place write(LogTarget log) {
        return write(places.choose(ID), log);
    }

    private LogPlaces.Found found() {
        return Objects.requireNonNull(places.find(ID));
    }

    @Test
    void write_whileHeld_isFoundAndPrivate() throws Exception {
        Path file = places.choose(ID);
        LogPlaces.Place place = write(file, LOG);

        assertThat(found()).isEqualTo(new LogPlaces.Found(file, LOG));
        assertThat(LogPlaces.isWritten(file)).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");

        place.close().block(LIMIT);
        assertThat(LogPlaces.isWritten(file)).isFalse();
        assertThat(found().log()).isEqualTo(LOG);

        Files.delete(file);
        assertThat(places.find(ID)).isNull();
        assertThat(LogPlaces.isWritten(file)).isFalse();
    }

    @Test
    void find_heldAndLeft_isTheOneThatIsWritten() throws Exception {
        makeOlder(left(OTHER), 2);
        LogPlaces.Place place = write(LOG);
        makeOlder(left(OTHER), -2);

        assertThat(found().log()).isEqualTo(LOG);
        place.close().block(LIMIT);
    }

    @Test
    void find_severalLeft_isTheLatest() throws Exception {
        makeOlder(left(LOG), 1);
        makeOlder(left(OTHER), 2);

        assertThat(found().log()).isEqualTo(LOG);
    }

    private Path left(LogTarget log) throws IOException {
        Path file = places.choose(ID);
        write(file, log).channel().close();
        return file;
    }

    private static void makeOlder(Path file, int seconds) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(seconds)));
    }

    @Test
    void find_othersAndUnwritten_arePassedOver() throws Exception {
        write(places.choose(ContainerId.of("web-2")), LOG).channel().close();
        Files.createFile(places.choose(ID));

        assertThat(places.find(ID)).isNull();
    }

    @Test
    void find_noUri_saysWhichFile() throws Exception {
        Path file = left(LOG);
        Files.writeString(file, "junk");

        assertThatThrownBy(() -> places.find(ID)).hasMessageContaining(file.toString());
    }
}
