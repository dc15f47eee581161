// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import static io.runflux.process.LauncherFixture.await;
import static io.runflux.process.LauncherFixture.awaitUntil;
import static io.runflux.process.LauncherFixture.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.events.ExitStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reactor lets an error of the JVM through to whoever calls the subscriber: here the loop. */
@EnabledOnOs(OS.LINUX)
class ThrowingSubscriberTest {
    private final ProcessLauncher launcher = ProcessLauncher.create();

    @AfterEach
    void disposeOfLauncher() {
        launcher.disposeLater(Duration.ZERO).block(LauncherFixture.TIMEOUT);
    }

    /** Ends with its input. */
    private RunningProcess launch() {
        return await(launcher.launch(
                sh("read line; exit 3").stdin(Stdio.pipe()).stdout(Stdio.pipe()).build()));
    }

    private static void fail(Object ignored) {
        throw new NoClassDefFoundError("io/runflux/None");
    }

    private static void endAndRelease(RunningProcess process) {
        process.send(Mono.empty()).block(LauncherFixture.TIMEOUT);
        assertThat(await(process.exit())).isEqualTo(ExitStatus.exited(3));
        process.release().block(LauncherFixture.TIMEOUT);
    }

    @Test
    void exit_subscriberThrows_othersAreToldAllTheSame() {
        RunningProcess process = launch();
        Disposable first = process.exit().subscribe(ThrowingSubscriberTest::fail);
        Mono<ExitStatus> second = process.exit().cache();
        Disposable waiting = second.subscribe();

        endAndRelease(process);

        assertThat(await(second)).isEqualTo(ExitStatus.exited(3));
        first.dispose();
        waiting.dispose();
    }

    @Test
    void resourceUsage_subscriberThrows_exitIsToldAllTheSame() {
        RunningProcess process = launch();
        Disposable usage = process.resourceUsage().subscribe(ThrowingSubscriberTest::fail);

        endAndRelease(process);

        usage.dispose();
    }

    @Test
    void stdout_subscriberThrowsAtTheEnd_streamIsLetGoOf() {
        RunningProcess process = launch();
        Disposable output = process.stdout().subscribe(buffer -> {}, error -> {}, () -> fail("the end"));

        endAndRelease(process);

        process.drained().block(LauncherFixture.TIMEOUT);
        output.dispose();
    }

    @Test
    void send_sourceThrows_failsAndClosesTheInput() {
        RunningProcess process = launch();

        assertThatThrownBy(() -> process.send(Flux.defer(() -> {
                            throw new NoClassDefFoundError("io/runflux/None");
                        }))
                        .block(LauncherFixture.TIMEOUT))
                .isInstanceOf(ProcessException.class)
                .hasRootCauseInstanceOf(NoClassDefFoundError.class);

        assertThat(await(process.exit())).isEqualTo(ExitStatus.exited(3));
        process.release().block(LauncherFixture.TIMEOUT);
    }

    @Test
    void launch_subscriberThrows_endsTheProcess() {
        AtomicInteger pid = new AtomicInteger();
        Disposable launch = launcher.launch(LauncherFixture.sleeper()).subscribe(process -> {
            pid.set(process.pid());
            fail(process);
        });

        awaitUntil("the process is launched", () -> pid.get() != 0);
        awaitUntil("the process has ended", () -> !Files.exists(Path.of("/proc/" + pid.get())));
        launch.dispose();
    }
}
