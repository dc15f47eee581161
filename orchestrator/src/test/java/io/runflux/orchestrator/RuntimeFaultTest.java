// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.OciJsonException;
import io.runflux.process.ProcessStartException.Reason;
import io.runflux.runtime.CommandFailedException;
import io.runflux.runtime.FailedCommand;
import io.runflux.runtime.NoSuchContainerException;
import io.runflux.runtime.NotSupportedException;
import io.runflux.runtime.RuntimeTimeoutException;
import io.runflux.runtime.RuntimeUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RuntimeFaultTest {
    static Stream<Case> errors() {
        Duration limit = Duration.ofSeconds(1);
        return Stream.of(
                new Case("busy", GuardScene.busy(), RuntimeFault.BUSY),
                new Case("time limit", new CallTimeoutException("start", limit), RuntimeFault.BROKEN),
                new Case("own limit", new RuntimeTimeoutException("start", limit, null), RuntimeFault.BROKEN),
                new Case("not trusted", new RuntimeUnavailableException("no", null), RuntimeFault.BROKEN),
                new Case("refusal", new NoSuchContainerException(ContainerId.of("c1"), null), RuntimeFault.REFUSED),
                new Case("not supported", new NotSupportedException("spec", "x"), RuntimeFault.NOT_CALLED),
                new Case("bad answer", failed(null, new OciJsonException("no", null)), RuntimeFault.BROKEN),
                new Case("no directory", failed(null, new IOException("full")), RuntimeFault.REFUSED),
                new Case("with words", exited(1, "no such mount", null), RuntimeFault.REFUSED),
                new Case("with a log", exited(1, "", "no such mount"), RuntimeFault.REFUSED),
                new Case("silent", exited(1, "", null), RuntimeFault.BROKEN),
                new Case("not run", exited(127, "libseccomp.so.2: cannot open", null), RuntimeFault.BROKEN),
                new Case(
                        "crashed",
                        failed(failure(ExitStatus.signaled(Signal.KILL), "unexpected", null), null),
                        RuntimeFault.BROKEN),
                new Case("unseen", failed(failure(ExitStatus.unknown(), "", null), null), RuntimeFault.REFUSED),
                new Case("a bug of ours", new IllegalStateException("bug"), RuntimeFault.REFUSED));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void of_error_isOneKind(Case example) {
        assertThat(RuntimeFault.of(example.error())).isEqualTo(example.fault());
    }

    @ParameterizedTest
    @CsvSource({
        "PROGRAM_BUSY, NOT_BEGUN",
        "TOO_MANY_PROCESSES, NOT_BEGUN",
        "TOO_MANY_DESCRIPTORS, NOT_BEGUN",
        "TOO_MANY_LAUNCHES, NOT_BEGUN",
        "PROGRAM_NOT_FOUND, BROKEN",
        "NOT_EXECUTABLE, BROKEN",
        "NOT_A_PROGRAM, BROKEN",
        "OTHER, BROKEN",
        "STDIO_FILE, REFUSED",
        "DISPOSED, NOT_CALLED"
    })
    void of_commandThatDidNotStart_dependsOnWhy(Reason reason, RuntimeFault fault) {
        assertThat(RuntimeFault.of(GuardScene.notStarted(reason))).isEqualTo(fault);
    }

    private static CommandFailedException exited(int code, String stderr, @Nullable String logged) {
        return failed(failure(ExitStatus.exited(code), stderr, logged), null);
    }

    private static FailedCommand failure(ExitStatus status, String stderr, @Nullable String logged) {
        return new FailedCommand(List.of("runc", "state", "c1"), status, stderr, logged);
    }

    private static CommandFailedException failed(@Nullable FailedCommand command, @Nullable Throwable cause) {
        return new CommandFailedException("cannot", command, cause);
    }

    /** An error, and what it says about the runtime. */
    record Case(String name, Throwable error, RuntimeFault fault) {
        @Override
        public String toString() {
            return name;
        }
    }
}
