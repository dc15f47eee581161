// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static io.runflux.runtime.Fixtures.TIMEOUT;
import static io.runflux.runtime.Fixtures.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.events.ContainerId;
import io.runflux.process.ProcessSpec;
import io.runflux.process.RunningProcess;
import io.runflux.runtime.fake.Failpoint;
import io.runflux.runtime.fake.FakeRuntime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import reactor.core.publisher.Mono;

class FakeMonitorTest {
    private static final ContainerId ID = ContainerId.of("c1");

    private final FakeRuntime fake = FakeRuntime.create();

    @AfterEach
    void close() {
        fake.close();
    }

    @Test
    void monitor_everyCommand_isSeenWithItsEnd() {
        RecordingMonitor monitor = new RecordingMonitor(fake.launcher());
        OciRuntime runtime = OciRuntimes.runc(fake.launcher(), monitor, fake.config());
        fake.failpoint("start", Failpoint.fail(7, "no"));

        await(runtime.features());
        await(runtime.list().collectList());
        assertThatThrownBy(() -> runtime.start(ID).block(TIMEOUT)).isInstanceOf(CommandFailedException.class);
        assertThatThrownBy(() -> runtime.state(ID).block(TIMEOUT)).isInstanceOf(NoSuchContainerException.class);

        assertThat(monitor.ended())
                .containsExactlyInAnyOrder(
                        "--version: exit status 0",
                        "--help: exit status 0",
                        "create --help: exit status 0",
                        "features: exit status 0",
                        "list: exit status 0",
                        "start: exit status 7",
                        "state: exit status 1");
    }

    @Test
    void monitor_refusing_failsTheOperation() {
        ProcessMonitor refusing = new ProcessMonitor() {
            @Override
            public Mono<RunningProcess> start(ProcessSpec command) {
                return Mono.error(() -> new IllegalStateException("not today"));
            }

            @Override
            public Mono<io.runflux.events.ExitStatus> await(RunningProcess command) {
                throw new AssertionError("nothing was started");
            }
        };
        OciRuntime runtime = OciRuntimes.runc(fake.launcher(), refusing, fake.config());

        assertThatThrownBy(() -> runtime.start(ID).block(TIMEOUT))
                .isInstanceOf(CommandFailedException.class)
                .hasMessageContaining("not today");
        assertThat(fake.running()).isZero();
    }

    @Test
    void logging_secretArguments_areMasked() {
        KeepingLogger log = new KeepingLogger();
        ProcessMonitor monitor = new LoggingProcessMonitor(new LaunchingProcessMonitor(fake.launcher()), log);
        RuntimeConfig config = fake.config().toBuilder()
                .flags(Map.of("registry-token", "hunter2"))
                .build();
        OciRuntime runtime = OciRuntimes.runc(fake.launcher(), monitor, config);

        assertThatThrownBy(() -> runtime.state(ID).block(TIMEOUT))
                .isInstanceOfSatisfying(OciRuntimeException.class, error -> assertThat(error.toString())
                        .contains("flag provided but not defined: -registry-token")
                        .doesNotContain("hunter2"));

        assertThat(log.lines)
                .hasSize(2)
                .noneMatch(line -> line.contains("hunter2"))
                .first()
                .asString()
                .contains("executing", "--registry-token=[redacted]", "state");
        assertThat(log.lines.get(1)).endsWith(": exit status 1");
    }

    /** Keeps what is logged. */
    private static final class KeepingLogger extends LegacyAbstractLogger {
        private static final long serialVersionUID = 1L;

        private final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        protected @Nullable String getFullyQualifiedCallerName() {
            return null;
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level,
                @Nullable Marker marker,
                String pattern,
                Object @Nullable [] arguments,
                @Nullable Throwable error) {
            lines.add(Objects.requireNonNull(
                    MessageFormatter.arrayFormat(pattern, arguments).getMessage()));
        }

        @Override
        public boolean isTraceEnabled() {
            return true;
        }

        @Override
        public boolean isDebugEnabled() {
            return true;
        }

        @Override
        public boolean isInfoEnabled() {
            return true;
        }

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }
    }
}
