// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.events.ContainerId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogPlacesTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final ContainerId ID = ContainerId.of("web");
    private static final LogTarget LOG = LogTarget.parse("file:///var/log/w%20b.log?format=json&max-size=64k");

    @TempDir
    private Path directory;

    private LogPlaces places;

    @BeforeEach
    void makePlaces() {
        places = new LogPlaces(directory);
    }

    private LogPlaces.Place write() {
        return Objects.requireNonNull(places.write(ID, "runc", LOG));
    }

    @Test
    void write_whileHeld_isFoundAndPrivate() throws Exception {
        LogPlaces.Place place = write();

        assertThat(places.find(ID)).isEqualTo(LOG);
        assertThat(places.isWritten(ID)).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place.file())))
                .isEqualTo("rw-------");

        place.remove().block(LIMIT);
        assertThat(places.find(ID)).isNull();
        assertThat(places.isWritten(ID)).isFalse();
    }

    @Test
    void write_whileAnotherHoldsIt_leavesItAlone() throws Exception {
        LogPlaces.Place place = write();

        assertThat(places.write(ID, "runc", LogTarget.parse("file:///other"))).isNull();
        places.forget(ID);

        assertThat(places.find(ID)).isEqualTo(LOG);
        place.remove().block(LIMIT);
    }

    @Test
    void write_afterACrash_replacesWhatIsLeft() throws Exception {
        write().channel().close();
        assertThat(places.isWritten(ID)).isFalse();
        assertThat(places.find(ID)).isEqualTo(LOG);

        LogTarget other = LogTarget.parse("file:///o");
        Objects.requireNonNull(places.write(ID, "runc", other)).channel().close();
        assertThat(places.find(ID)).isEqualTo(other);

        places.forget(ID);
        assertThat(places.find(ID)).isNull();
    }

    @Test
    void left_heldOrOfAnotherRuntime_isLeftOut() throws Exception {
        assertThat(places.left("runc")).isEmpty();
        Objects.requireNonNull(places.write(ID, "runc", LOG)).channel().close();
        Objects.requireNonNull(places.write(ContainerId.of("other"), "host", LOG))
                .channel()
                .close();
        Files.createFile(directory.resolve("logs/empty.uri"));
        LogPlaces.Place held = Objects.requireNonNull(places.write(ContainerId.of("held"), "runc", LOG));

        assertThat(places.left("runc")).containsExactlyInAnyOrder(ID, ContainerId.of("empty"));
        held.remove().block(LIMIT);
    }

    @Test
    void find_noUri_saysWhichFile() throws Exception {
        write().channel().close();
        Files.writeString(directory.resolve("logs/web.uri"), "junk");

        assertThatThrownBy(() -> places.find(ID)).hasMessageContaining("logs/web.uri");
    }
}
