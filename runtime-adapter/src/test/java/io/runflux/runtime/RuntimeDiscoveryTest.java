// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

class RuntimeDiscoveryTest {
    @TempDir
    Path directory = Path.of("/");

    @Test
    void runtimes_foundAndUntrusted_areToldInOrder() throws IOException {
        Path runc = program("runc");
        Path crun = program("crun");
        Files.setPosixFilePermissions(crun, PosixFilePermissions.fromString("rwxrwxrwx"));
        Function<Command, Mono<CommandResult>> runner = command -> Mono.just(new CommandResult(
                ExitStatus.exited(0),
                command.argv().equals(List.of(runc.toString(), "--version")) ? "runc version 1.2.7" : "",
                "",
                false));

        List<RuntimeInfo> found = new RuntimeDiscovery(new RuntimeProbe(runner), "relative::" + directory)
                .runtimes()
                .collectList()
                .block(Fixtures.TIMEOUT);

        assertThat(found).extracting(RuntimeInfo::name).containsExactly("runc", "crun");
        assertThat(found).first().satisfies(info -> {
            assertThat(info.version()).isEqualTo("1.2.7");
            assertThat(info.warnings()).singleElement().asString().contains("CVE-2025-31133");
        });
        assertThat(found).last().satisfies(info -> {
            assertThat(info.version()).isEmpty();
            assertThat(info.warnings()).singleElement().asString().contains("writable by its owner alone");
        });
    }

    @Test
    void runtimes_none_isEmpty() {
        RuntimeDiscovery discovery = new RuntimeDiscovery(
                new RuntimeProbe(command -> Mono.error(new AssertionError("called"))), "" + directory);

        assertThat(discovery.runtimes().collectList().block(Fixtures.TIMEOUT)).isEmpty();
    }

    private Path program(String name) throws IOException {
        Path file = Files.createFile(directory.resolve(name));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file.toRealPath();
    }
}
