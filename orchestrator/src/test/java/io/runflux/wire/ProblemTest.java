// SPDX-License-Identifier: Apache-2.0
package io.runflux.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.network.NetworkException;
import io.runflux.oci.ContainerStatus;
import io.runflux.orchestrator.CallTimeoutException;
import io.runflux.orchestrator.NoLogException;
import io.runflux.orchestrator.ResourceReleaseException;
import io.runflux.orchestrator.RunTimeoutException;
import io.runflux.orchestrator.TooManyOperationsException;
import io.runflux.runtime.CommandFailedException;
import io.runflux.runtime.ContainerAlreadyExistsException;
import io.runflux.runtime.ContainerNotRunningException;
import io.runflux.runtime.ContainerOperation;
import io.runflux.runtime.FailedCommand;
import io.runflux.runtime.IllegalContainerStateException;
import io.runflux.runtime.NoSuchContainerException;
import io.runflux.runtime.NotSupportedException;
import io.runflux.runtime.OciRuntimeException;
import io.runflux.runtime.ProgramNotFoundException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ProblemTest {
    private static final ContainerId ID = ContainerId.of("c1");
    private static final FailedCommand FAILED =
            new FailedCommand(List.of("/usr/bin/runc", "start", "c1"), ExitStatus.exited(1), "no such thing", null);

    static Stream<RuntimeException> errors() {
        return Stream.of(
                new IllegalArgumentException("pid must be 1 or more"),
                new IllegalStateException("the orchestrator was disposed of"),
                new NoSuchContainerException(ID, FAILED),
                new ContainerAlreadyExistsException(ID, null),
                new IllegalContainerStateException(ID, ContainerOperation.PAUSE, ContainerStatus.CREATED, FAILED),
                new ContainerNotRunningException(ID, ContainerOperation.STATS, null, null),
                new NotSupportedException("checkpoint", "crun 1.8.1"),
                new CommandFailedException("cannot start c1", FAILED, null),
                new ProgramNotFoundException("no program 'x'", FAILED, null),
                new CallTimeoutException("start container c1", Duration.ofSeconds(3)),
                new CallTimeoutException("it hangs; the container is running", ContainerStatus.RUNNING),
                new TooManyOperationsException(ID, 64),
                new NoLogException(ID),
                new RunTimeoutException(ID, Duration.ofSeconds(90)),
                new ResourceReleaseException("container c1 still holds x", List.of(new NetworkException("x", null))),
                new NetworkException("no bridge", null));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void toException_ofWhatWasTold_isTheSame(RuntimeException error) {
        Problem told = WireJson.read(WireJson.write(Problem.of(error)), Problem.class);

        RuntimeException again = told.toException();

        assertThat(again).hasSameClassAs(error).hasMessage(error.getMessage());
        if (error instanceof OciRuntimeException failed) {
            assertThat((OciRuntimeException) again)
                    .extracting(OciRuntimeException::failedCommand, OciRuntimeException::summary)
                    .containsExactly(failed.failedCommand(), failed.summary());
        }
    }

    @Test
    void toException_ofAnIllegalState_hasBothStates() {
        IllegalContainerStateException error =
                new IllegalContainerStateException(ID, ContainerOperation.PAUSE, ContainerStatus.CREATED, null);
        Problem problem = WireJson.read(WireJson.write(Problem.of(error)), Problem.class);

        IllegalContainerStateException again = (IllegalContainerStateException) problem.toException();

        assertThat(problem.status()).isEqualTo(409);
        assertThat(problem.type()).isEqualTo("urn:runflux:problem:illegal-container-state");
        assertThat(again.actual()).isEqualTo(ContainerStatus.CREATED);
        assertThat(again.required()).containsExactly(ContainerStatus.RUNNING);
        assertThat(again.operation()).isEqualTo(ContainerOperation.PAUSE);
        assertThat(again.id()).isEqualTo(ID);
    }

    @Test
    void of_whatNobodyExpected_tellsNothingOfIt() {
        Problem problem = Problem.of(new ArithmeticException("/ by secret"));

        assertThat(problem.status()).isEqualTo(500);
        assertThat(problem.type()).isEqualTo("urn:runflux:problem:internal");
        assertThat(new String(WireJson.write(problem), StandardCharsets.UTF_8)).doesNotContain("secret", "Arithmetic");
    }

    @ParameterizedTest
    @EnumSource
    void toException_withoutTheValues_isRefusedAtLeast(ProblemKind kind) {
        assertThat(kind.problem("words").toException()).hasMessageContaining("words");
    }

    @Test
    void toException_ofAKindOfALaterServer_isRefused() {
        Problem problem = new Problem("urn:runflux:problem:new", "new", 418, "words", null, null);

        assertThat(problem.toException()).isInstanceOf(RefusedException.class).hasMessage("words");
    }
}
