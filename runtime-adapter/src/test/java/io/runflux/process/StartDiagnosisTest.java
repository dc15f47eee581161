// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.runflux.process.ProcessStartException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartDiagnosisTest {
    private static final Path SHELL = Path.of("/bin/sh");

    private final Path directory;

    StartDiagnosisTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void resolve_path_isTakenAsItIs() {
        Path missing = directory.resolve("missing");
        assertThat(StartDiagnosis.resolve(ProcessSpec.program(missing).build())).isEqualTo(missing);
    }

    @Test
    void resolve_nameInSecondDirectory_isFoundThere() throws IOException {
        file("tool", "rwxr-xr-x", "");
        assertThat(resolve("tool", "/proc:" + directory)).isEqualTo(directory.resolve("tool"));
    }

    @Test
    void resolve_firstIsNotExecutable_laterWins() throws IOException {
        file("sh", "rw-r--r--", "");
        assertThat(resolve("sh", directory + ":/bin")).isEqualTo(SHELL);
    }

    @Test
    void resolve_relativeAndEmptyElements_arePassedOver() {
        ProcessStartException error = failure(() -> resolve("sh", "::bin:.:../../../../../../../../bin"));
        assertThat(error.reason()).isEqualTo(Reason.PROGRAM_NOT_FOUND);
    }

    @Test
    void resolve_nowhere_saysWhereItSearched() {
        ProcessStartException error = failure(() -> resolve("tool", "/proc:/sys"));
        assertThat(error.reason()).isEqualTo(Reason.PROGRAM_NOT_FOUND);
        assertThat(error).hasMessage("cannot start tool: not in any directory of '/proc:/sys'");
    }

    @Test
    void resolve_onlyNotExecutable_saysWhich() throws IOException {
        file("tool", "rw-r--r--", "");
        ProcessStartException error = failure(() -> resolve("tool", directory.toString()));
        assertThat(error.reason()).isEqualTo(Reason.NOT_EXECUTABLE);
        assertThat(error).hasMessage("cannot start " + directory + "/tool: permission denied");
    }

    @ParameterizedTest
    @CsvSource({
        "2, PROGRAM_NOT_FOUND, no such file or directory",
        "8, NOT_A_PROGRAM, the kernel does not know its format; a script needs a first line such as #!/bin/sh",
        "13, NOT_EXECUTABLE, permission denied",
        "20, PROGRAM_NOT_FOUND, not a directory",
        "26, PROGRAM_BUSY, it is open for writing",
        "7, ARGUMENTS_TOO_LARGE, arguments and environment are too large",
        "11, TOO_MANY_PROCESSES, the limit of processes is reached",
        "24, TOO_MANY_DESCRIPTORS, too many open files",
        "23, TOO_MANY_DESCRIPTORS, too many open files in the system",
        "12, OTHER, out of memory",
        "40, OTHER, too many levels of symbolic links",
        "1, OTHER, operation not permitted",
        "22, OTHER, invalid argument",
        "99, OTHER, errno 99"
    })
    void explain_errno_hasReasonAndWords(int errno, Reason reason, String words) {
        Path program = directory.resolve("program");
        ProcessStartException error =
                StartDiagnosis.explain(ProcessSpec.program(program).build(), program, errno);
        assertThat(error.reason()).isEqualTo(reason);
        assertThat(error).hasMessage("cannot start " + program + ": " + words);
    }

    @Test
    void explain_missingWorkingDirectory_isNamedBeforeTheProgram() {
        Path missing = directory.resolve("missing");
        ProcessSpec spec = ProcessSpec.program(SHELL).workingDirectory(missing).build();
        ProcessStartException error = StartDiagnosis.explain(spec, SHELL, 2);
        assertThat(error.reason()).isEqualTo(Reason.WORKING_DIRECTORY);
        assertThat(error).hasMessage("cannot start /bin/sh in " + missing + ": no such file or directory");
    }

    @Test
    void explain_workingDirectoryIsFile_saysSo() throws IOException {
        Path file = file("file", "rw-r--r--", "");
        ProcessSpec spec = ProcessSpec.program(SHELL).workingDirectory(file).build();
        assertThat(StartDiagnosis.explain(spec, SHELL, 20)).hasMessageEndingWith(": not a directory");
    }

    @Test
    void explain_directoryAsProgram_saysSo() {
        ProcessSpec spec = ProcessSpec.program(directory).build();
        ProcessStartException error = StartDiagnosis.explain(spec, directory, 13);
        assertThat(error.reason()).isEqualTo(Reason.NOT_EXECUTABLE);
        assertThat(error).hasMessageEndingWith(": is a directory");
    }

    @Test
    void explain_missingInterpreter_isNamed() throws IOException {
        Path script = file("script", "rwxr-xr-x", "#! /no/such/interpreter -x\necho\n");
        ProcessSpec spec = ProcessSpec.program(script).build();
        ProcessStartException error = StartDiagnosis.explain(spec, script, 2);
        assertThat(error.reason()).isEqualTo(Reason.PROGRAM_NOT_FOUND);
        assertThat(error).hasMessageEndingWith("its interpreter /no/such/interpreter does not exist");
    }

    private static Path resolve(String name, String searchPath) {
        return StartDiagnosis.resolve(ProcessSpec.lookup(name, searchPath).build());
    }

    private static ProcessStartException failure(ThrowingCallable call) {
        return catchThrowableOfType(ProcessStartException.class, call);
    }

    private Path file(String name, String permissions, String content) throws IOException {
        Path file = Files.writeString(directory.resolve(name), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}
