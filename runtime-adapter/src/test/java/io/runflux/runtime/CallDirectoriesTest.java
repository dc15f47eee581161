// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.events.ContainerId;
import io.runflux.process.ProcessLauncher;
import io.runflux.testing.RequiresRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

@EnabledOnOs(OS.LINUX)
class CallDirectoriesTest {
    private static final Duration LONG_AGO = Duration.ofHours(2);

    @TempDir
    private Path directory;

    /** The number is ours, and was another process' before. */
    private static CallOwner ended() throws IOException {
        CallOwner us = CallOwner.current();
        return new CallOwner(us.pid(), us.startTime() - 1, us.pidNamespace(), us.bootId());
    }

    private Path leave(CallOwner owner, Duration age) throws IOException {
        return leave("runflux-call-" + owner + "-" + age.toMinutes(), "rwx------", age);
    }

    private Path leave(String name, String mode, Duration age) throws IOException {
        Path left = Files.createDirectory(
                directory.resolve(name), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)));
        Files.writeString(left.resolve("log.json"), "{}");
        Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(age)));
        return left;
    }

    @Test
    void newName_ofThisProcess_tellsIt() throws IOException {
        String name = CallDirectories.newName();

        assertThat(name).startsWith("runflux-call-").isNotEqualTo(CallDirectories.newName());
        assertThat(CallOwner.parse(name.substring("runflux-call-".length()))).contains(CallOwner.current());
    }

    @Test
    void make_inTheDefault_isForThisUserAlone() throws IOException {
        Path made = Paths.callDirectory().resolve(CallDirectories.newName());

        CallDirectories.make(made);

        assertThat(Files.getPosixFilePermissions(made)).isEqualTo(Paths.OWNER_ONLY);
        Files.delete(made);
    }

    @Test
    void make_inWhatIsNotThere_makesNothing() {
        Path given = directory.resolve("given");

        assertThatThrownBy(() -> CallDirectories.make(given.resolve(CallDirectories.newName())))
                .isInstanceOf(NoSuchFileException.class);
        assertThat(given).doesNotExist();
    }

    @Test
    @RequiresRoot
    void callDirectory_ofARunDirectory_isBelowItUnlessOthersMayWriteThere() throws IOException {
        Path run = Files.createTempDirectory(Path.of("/run"), "runflux-test");
        Path calls = run.resolve("runflux/calls");

        assertThat(Paths.callDirectory(run)).isEqualTo(calls);
        Files.createDirectories(calls);
        assertThat(Paths.callDirectory(run)).isEqualTo(calls);
        Files.setPosixFilePermissions(calls, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(Paths.callDirectory(run)).isEqualTo(temporary());
        Files.delete(calls);
        Files.createFile(calls);
        assertThat(Paths.callDirectory(run)).isEqualTo(temporary());

        Files.delete(calls);
        Files.delete(calls.getParent());
        Files.delete(run);
    }

    @Test
    void callDirectory_stickyOrNone_isTheTemporaryDirectory() {
        assertThat(Paths.callDirectory(Path.of("/tmp"))).isEqualTo(temporary());
        assertThat(Paths.callDirectory(null)).isEqualTo(temporary());
    }

    private static Path temporary() {
        return Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
    }

    @Test
    void use_directoryHasGone_completes() {
        RuntimeConfig config = RuntimeConfig.builder(Path.of("/usr/sbin/runc"))
                .temporaryDirectory(directory)
                .build();

        Fixtures.complete(Invocation.use(config, CallDirectoriesTest::lose));

        assertThat(directory).isEmptyDirectory();
    }

    private static Mono<Void> lose(Invocation invocation) {
        return Blocking.run(() -> {
            invocation.makeDirectory();
            Files.delete(invocation.directory());
        });
    }

    @Test
    void sweep_ownerHasEnded_removesIt() throws IOException {
        CallOwner us = CallOwner.current();
        Path left = leave(ended(), LONG_AGO);
        Path ofAnotherBoot =
                leave(new CallOwner(us.pid(), us.startTime(), us.pidNamespace(), "0".repeat(32)), LONG_AGO);

        CallDirectories.sweep(directory);

        assertThat(left).doesNotExist();
        assertThat(ofAnotherBoot).doesNotExist();
    }

    @Test
    void sweep_ownerMayRunOrWasCallingJustNow_leavesIt() throws IOException {
        CallOwner us = CallOwner.current();
        Path ours = leave(us, LONG_AGO);
        Path elsewhere = leave(new CallOwner(us.pid(), us.startTime() - 1, "1", us.bootId()), LONG_AGO);
        Path fresh = leave(ended(), Duration.ZERO);

        CallDirectories.sweep(directory);

        assertThat(ours).isDirectoryContaining(file -> true);
        assertThat(elsewhere).isDirectoryContaining(file -> true);
        assertThat(fresh).isDirectoryContaining(file -> true);
    }

    @Test
    void sweep_notMadeByUs_leavesIt() throws IOException {
        Path open = leave("runflux-call-" + ended() + "-open", "rwxr-xr-x", LONG_AGO);
        Path unnamed = leave("runflux-call-x", "rwx------", LONG_AGO);
        Path other = leave("other", "rwx------", LONG_AGO);
        Path link = Files.createSymbolicLink(directory.resolve("runflux-call-" + ended() + "-link"), other);
        Path full = leave(ended(), LONG_AGO);
        Files.createDirectory(full.resolve("further"));
        Files.setLastModifiedTime(full, FileTime.from(Instant.now().minus(LONG_AGO)));

        CallDirectories.sweep(directory);
        CallDirectories.sweep(directory.resolve("none"));

        assertThat(open).isDirectoryContaining(file -> true);
        assertThat(unnamed).isDirectoryContaining(file -> true);
        assertThat(other).isDirectoryContaining(file -> true);
        assertThat(link).isSymbolicLink();
        assertThat(full.resolve("further")).isDirectory();
    }

    @Test
    void firstCall_ofARuntime_sweeps() throws IOException {
        Path left = leave(ended(), LONG_AGO);
        Path binary = Fixtures.script(directory, "exit 0");
        ProcessLauncher launcher = ProcessLauncher.create();
        OciRuntime runtime = OciRuntimes.runc(
                launcher,
                RuntimeConfig.builder(binary)
                        .root(directory.resolve("state"))
                        .temporaryDirectory(directory)
                        .build());

        Fixtures.complete(runtime.start(ContainerId.of("c1")));

        assertThat(left).doesNotExist();
        launcher.disposeLater(Duration.ZERO).block(Fixtures.TIMEOUT);
    }
}
