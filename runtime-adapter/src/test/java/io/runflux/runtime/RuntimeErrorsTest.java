// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.oci.ContainerStatus;
import io.runflux.process.Redaction;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuntimeErrorsTest {
    private static final ContainerId ID = ContainerId.of("c1");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "container does not exist",
                "exec failed: container does not exist",
                "error opening file `/run/crun/x/status`: No such file or directory",
                "cannot open directory '/run/crun/x'",
                "loading sandbox: file does not exist",
                "loading container: file does not exist",
                "loading container \"x\": file does not exist",
            })
    void classify_missing_isNoSuchContainer(String text) {
        assertThat(classify(ContainerOperation.START, text)).isInstanceOf(NoSuchContainerException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {"runc create failed: container with given ID already exists", "container `c1` already exists"})
    void classify_duplicate_isAlreadyExists(String text) {
        assertThat(classify(null, text)).isInstanceOf(ContainerAlreadyExistsException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "unable to destroy container: unable to remove container's cgroup: device or resource busy",
                "writing file `/sys/fs/cgroup/c1/cgroup.procs`: Device or resource busy",
                "exec /usr/bin/app: text file busy",
                "fork/exec /proc/self/exe: resource temporarily unavailable",
                "clone: Resource temporarily unavailable"
            })
    void classify_somethingBusy_isRuntimeBusy(String text) {
        assertThat(classify(ContainerOperation.DELETE, text)).isInstanceOf(RuntimeBusyException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            nullValues = "-",
            value = {
                "DELETE | cannot delete container c1 that is not stopped: running | RUNNING",
                "DELETE | the container `c1` is not in `created` or `stopped` state | -",
                "DELETE | cannot delete container that is not stopped without --force flag | -",
                "START | cannot start an already running container | RUNNING",
                "START | cannot start a container that has stopped | STOPPED",
                "START | cannot open `/run/crun/c1/exec.fifo`: No such file | -",
                "START | starting container: cannot start container \"w1\" in state running | RUNNING",
                "KILL | container not running | -",
                "KILL | sandbox is not running | -",
                "KILL | cannot signal container \"c1\" in state created | CREATED",
                "KILL | cannot signal container \"c1\" in state paused | PAUSED",
                "EXEC | exec failed: cannot exec in a stopped container | STOPPED",
                "EXEC | exec failed: cannot exec in a paused container | PAUSED",
                "EXEC | executing processes for container: cannot execute in container \"c1\" in state stopped | STOPPED",
                "EXEC | the container `c1` is not running | -",
                "START | cannot start a container in the paused state | PAUSED",
                "CHECKPOINT | Container cannot be checkpointed in stopped state | STOPPED",
            })
    void classify_wrongState_hasOperationAndState(
            ContainerOperation operation, String text, @Nullable ContainerStatus actual) {
        assertThat(classify(operation, text)).isInstanceOfSatisfying(IllegalContainerStateException.class, error -> {
            assertThat(error.operation()).isEqualTo(operation);
            assertThat(error.actual()).isEqualTo(actual);
            assertThat(error.required()).isEqualTo(operation.allowedStatuses());
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "runc create failed: unable to start container process: exec: \"nosuch\": executable file not found in $PATH",
                "runc run failed: unable to start container process: exec: \"/no/such\": stat /no/such: no such file or directory",
                "exec failed: unable to start container process: exec: \"x\": permission denied",
                "executable file `/no/such` not found in $PATH: No such file or directory",
            })
    void classify_missingProgram_isProgramNotFound(String text) {
        assertThat(classify(null, text)).isInstanceOf(ProgramNotFoundException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "runc create failed: unexpected EOF",
                "runc create failed: process property must not be empty",
                "runc create failed: JSON specification file config.json not found",
                "runc create failed: chdir /nonexist: no such file or directory",
                "chdir `/nonexist` failed: No such file or directory",
                "reading spec: error opening spec file /b/config.json",
            })
    void classify_badBundle_isInvalidBundle(String text) {
        assertThat(classify(null, text))
                .isInstanceOf(InvalidBundleException.class)
                .hasMessageContaining("'/b'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "runc create failed: invalid container ID format",
                "cannot create state directory for `bad/id`",
                "creating container: invalid container id: bad/id",
            })
    void classify_badId_isInvalidContainerId(String text) {
        assertThat(classify(null, text)).isInstanceOf(InvalidContainerIdException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "container not running",
                "sandbox is not running",
                "connecting to control server at PID 11481: connection refused",
                "container with id c1 is not running",
                "the container `c1` is not running",
                "exec failed: cannot exec in a stopped container",
            })
    void classify_ended_isNotRunning(String text) {
        assertThat(classify(ContainerOperation.EXEC, text)).isInstanceOf(ContainerNotRunningException.class);
    }

    @Test
    void classify_deletionByASandboxThatEnds_isTheCommandsFailure() {
        String text = "destroying container \"c1\": connecting to control server at PID 42: connection refused";

        assertThat(classify(ContainerOperation.DELETE, text)).isExactlyInstanceOf(CommandFailedException.class);
    }

    @Test
    void classify_unknownProse_keepsAllFacts() {
        OciRuntimeException error = RuntimeErrors.classify(
                new Subject("create", ID, null, Path.of("/b")),
                new FailedCommand(
                        List.of("/sbin/runc", "--token", "hunter2", "create"),
                        ExitStatus.exited(1),
                        "words\n",
                        "unheard of"));

        assertThat(error)
                .isInstanceOf(CommandFailedException.class)
                .hasMessage("cannot create c1: /sbin/runc --token [redacted] create: exit status 1: words");
        assertThat(error.exitStatus()).isEqualTo(ExitStatus.exited(1));
        assertThat(error.stderr()).isEqualTo("words");
        assertThat(error.logMessage()).isEqualTo("unheard of");
        assertThat(error.command()).containsExactly("/sbin/runc", "--token", "[redacted]", "create");
    }

    @Test
    void failedCommand_longStderr_keepsItsEnd() {
        FailedCommand failed = new FailedCommand(List.of("x"), ExitStatus.exited(1), "a".repeat(10_000) + "end", null);

        assertThat(failed.stderr()).hasSize(FailedCommand.MAX_STDERR).endsWith("end");
    }

    @ParameterizedTest
    @CsvSource({"-e,A=b,[redacted]", "--env,A=b,[redacted]", "--api-key,k,[redacted]", "--root,/run,/run"})
    void redact_pairs(String option, String value, String expected) {
        assertThat(Redaction.redact(List.of("x", option, value))).containsExactly("x", option, expected);
    }

    @Test
    void redact_joined_keepsTheName() {
        assertThat(Redaction.redact(List.of("x", "--password=hunter2"))).containsExactly("x", "--password=[redacted]");
    }

    private static OciRuntimeException classify(@Nullable ContainerOperation operation, String text) {
        Subject subject = new Subject("test", ID, operation, Path.of("/b"));
        return RuntimeErrors.classify(subject, new FailedCommand(List.of("x"), ExitStatus.exited(1), "", text));
    }
}
