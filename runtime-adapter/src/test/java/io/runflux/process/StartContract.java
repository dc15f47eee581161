// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import static io.runflux.process.LauncherFixture.TIMEOUT;
import static io.runflux.process.LauncherFixture.awaitLasting;
import static io.runflux.process.LauncherFixture.exitOf;
import static io.runflux.process.LauncherFixture.program;
import static io.runflux.process.LauncherFixture.sh;
import static io.runflux.process.LauncherFixture.sleeper;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.runflux.events.ExitStatus;
import io.runflux.process.ProcessStartException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** How processes start, and how they fail to. */
interface StartContract extends LauncherFixture {
    @Test
    default void launch_notSubscribed_startsNothing(@TempDir Path directory) {
        Path marker = directory.resolve("marker");
        Mono<RunningProcess> launch =
                launcher().launch(sh("echo x >> " + marker).build());
        assertThat(marker).doesNotExist();
        exitOf(LauncherFixture.await(launch));
        exitOf(LauncherFixture.await(launch));
        assertThat(marker).content().isEqualTo("x\nx\n");
    }

    @Test
    default void launch_lookup_takesFirstOfSearchPath() {
        ProcessSpec.Builder spec = ProcessSpec.lookup("sh", "/nowhere:/bin:/usr/bin");
        assertThat(capture(spec.arguments("-c", "echo found")).stdout()).isEqualTo("found\n");
    }

    @Test
    default void launch_lookupFindsNothing_failsAsNotFound() {
        assertFails(
                ProcessSpec.lookup("no-such-program", "/bin:/usr/bin"), Reason.PROGRAM_NOT_FOUND, "no-such-program");
    }

    @Test
    default void launch_programMissing_failsAsNotFound(@TempDir Path directory) {
        Path missing = directory.resolve("missing");
        assertFails(ProcessSpec.program(missing), Reason.PROGRAM_NOT_FOUND, missing.toString());
    }

    @Test
    default void launch_programBelowFile_failsAsNotFound() {
        assertFails(program("/etc/passwd/program"), Reason.PROGRAM_NOT_FOUND, "/etc/passwd/program");
    }

    @Test
    default void launch_directoryMissing_isToldFromMissingProgram(@TempDir Path directory) {
        Path missing = directory.resolve("missing");
        assertFails(program("/bin/true").workingDirectory(missing), Reason.WORKING_DIRECTORY, missing.toString());
    }

    @Test
    default void launch_directoryIsFile_failsAsDirectory() {
        Path file = Path.of("/etc/passwd");
        assertFails(program("/bin/true").workingDirectory(file), Reason.WORKING_DIRECTORY, "not a directory");
    }

    @Test
    default void launch_notExecutable_failsAsSuch(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "#!/bin/sh\n");
        assertFails(ProcessSpec.program(file), Reason.NOT_EXECUTABLE, file + ": permission denied");
    }

    @Test
    default void launch_directoryAsProgram_failsAsNotExecutable(@TempDir Path directory) {
        assertFails(ProcessSpec.program(directory), Reason.NOT_EXECUTABLE, directory + ": is a directory");
    }

    @Test
    default void launch_interpreterMissing_namesIt(@TempDir Path directory) throws IOException {
        Path script = executable(directory, "#!/no/such/interpreter\n");
        assertFails(ProcessSpec.program(script), Reason.PROGRAM_NOT_FOUND, "/no/such/interpreter");
    }

    @Test
    default void launch_scriptWithoutInterpreter_isNoProgram(@TempDir Path directory) throws IOException {
        Path script = executable(directory, "echo hello\n");
        if (refusesScriptWithoutInterpreter()) {
            assertFails(ProcessSpec.program(script), Reason.NOT_A_PROGRAM, script.toString());
        } else {
            assertThat(capture(ProcessSpec.program(script)).stdout()).isEqualTo("hello\n");
        }
    }

    @Test
    default void launch_argumentsTooLarge_failsAsSuch() {
        assertFails(program("/bin/true", "x".repeat(1 << 20)), Reason.ARGUMENTS_TOO_LARGE, "too large");
    }

    @Test
    default void launch_inputFileMissing_namesIt(@TempDir Path directory) {
        Path missing = directory.resolve("missing");
        assertFails(program("/bin/cat").stdin(Stdio.readFrom(missing)), Reason.STDIO_FILE, missing.toString());
    }

    @Test
    default void launch_outputDirectoryMissing_namesFile(@TempDir Path directory) {
        Path file = directory.resolve("missing").resolve("file");
        assertFails(program("/bin/true").stdout(Stdio.writeTo(file)), Reason.STDIO_FILE, file.toString());
    }

    @Test
    default void launch_disposed_failsAsDisposed() {
        disposeOfLauncher();
        assertFails(program("/bin/true"), Reason.DISPOSED, "disposed");
    }

    @Test
    default void launch_failsOften_leavesNothing(@TempDir Path directory) {
        ProcessSpec spec = ProcessSpec.program(directory.resolve("missing"))
                .stdin(Stdio.pipe())
                .stdout(Stdio.pipe())
                .stderr(Stdio.pipe())
                .build();
        Flux<Object> failures = Flux.range(0, 200)
                .flatMap(i -> launcher().launch(spec).cast(Object.class).onErrorResume(Mono::just), 8);
        StepVerifier.create(failures.ofType(ProcessStartException.class))
                .expectNextCount(200)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    default void launch_manyAtOnce_allExit() {
        ProcessSpec spec = program("/bin/true").build();
        Flux<ExitStatus> statuses = Flux.range(0, 200).flatMap(i -> launcher().using(spec, WatchedProcess::exit), 64);
        StepVerifier.create(statuses.filter(ExitStatus::isSuccess))
                .expectNextCount(200)
                .expectComplete()
                .verify(TIMEOUT);
    }

    /** What was handed over before the cancel came is its owner's to release. */
    @Test
    default void launch_cancelledAtOnce_leavesNoChild() {
        Queue<RunningProcess> handedOver = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < 50; i++) {
            launcher().launch(sleeper()).doOnNext(handedOver::add).subscribe().dispose();
        }
        awaitLasting("no child is left", () -> {
            handedOver.removeIf(
                    process -> LauncherFixture.await(process.release().thenReturn(true)));
            return ProcessHandle.current().children().findAny().isEmpty();
        });
    }

    @Test
    default void using_cancelledAtAnyMoment_leavesNoChild() {
        for (int i = 0; i < 100; i++) {
            Disposable work =
                    launcher().using(sleeper(), process -> Mono.never()).subscribe();
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(40L * i));
            work.dispose();
        }
        awaitLasting(
                "no child is left",
                () -> ProcessHandle.current().children().findAny().isEmpty());
    }

    @Test
    default void launch_moreThanMayWait_failsAsTooMany() {
        ProcessLauncher small = launcher(settings -> settings.spawnerThreads(1).maxWaitingLaunches(1));
        ProcessSpec spec = program("/bin/true").build();
        Mono<Long> refused = Flux.range(0, 300)
                .flatMap(
                        i -> small.using(spec, WatchedProcess::exit)
                                .then(Mono.<Reason>empty())
                                .onErrorResume(ProcessStartException.class, error -> Mono.just(error.reason())),
                        300)
                .doOnNext(reason -> assertThat(reason).isEqualTo(Reason.TOO_MANY_LAUNCHES))
                .count();
        assertThat(LauncherFixture.await(refused)).isPositive();
        StepVerifier.create(small.disposeLater(TIMEOUT)).expectComplete().verify(TIMEOUT);
    }

    /** The reason, and what the message has to name. */
    private void assertFails(ProcessSpec.Builder spec, Reason reason, String words) {
        ProcessStartException error = catchThrowableOfType(
                ProcessStartException.class,
                () -> launcher().launch(spec.build()).block(TIMEOUT));
        assertThat(error).hasMessageContaining(words);
        assertThat(error.reason()).isEqualTo(reason);
    }

    private static Path executable(Path directory, String content) throws IOException {
        Path file = Files.writeString(directory.resolve("script"), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
