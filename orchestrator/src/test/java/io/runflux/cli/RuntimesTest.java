// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.events.ContainerId;
import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.OciRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimesTest {
    private static final ContainerId ID = ContainerId.of("c1");

    private final ProcessLauncher launcher = ProcessLauncher.create();

    @AfterEach
    void disposeOfLauncher() {
        launcher.disposeLater(Duration.ZERO).block(CliProcess.TIMEOUT);
    }

    @Test
    void sweep_severalRecordsCannotBeRead_tellsOfEach(@TempDir Path state) throws IOException {
        Path records = Files.createDirectory(state.resolve("resources"));
        Files.setPosixFilePermissions(records, PosixFilePermissions.fromString("rwx------"));
        for (String name : List.of("c1@a.json", "c1@b.json", "c2@c.json")) {
            Path record = Files.createFile(records.resolve(name));
            Files.setPosixFilePermissions(record, PosixFilePermissions.fromString("rw-------"));
        }
        Runtimes runtimes = new Runtimes(state, launcher, new RuntimeChoice(Runtimes.HOST, Map.of(), List.of()));
        OciRuntime host = runtimes.get(false);

        assertThatThrownBy(() -> runtimes.sweep(host, ID).block(CliProcess.TIMEOUT))
                .hasMessageContainingAll("c1@a.json", "c1@b.json")
                .hasMessageNotContaining("c2");
    }
}
