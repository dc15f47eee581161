// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.LinuxResources;
import io.runflux.process.TerminalSize;
import io.runflux.runtime.fake.FakeProcess;
import io.runflux.runtime.fake.FakeRuntime;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** What is asked of the real runtimes is asked of the one in memory. */
@Tag("once")
class FakeRuntimeTest implements OperationsContract {
    private final FakeRuntime fake = FakeRuntime.create();
    private final OciRuntime runtime = fake.runtime();
    private Path directory;

    @BeforeEach
    void registerScripts(@TempDir Path temporary) {
        directory = temporary;
        fake.program("read line; exit 42", process -> process.stdin().then(Mono.just(ExitStatus.exited(42))));
        fake.program("read line; stty size; exit 5", process -> readLine(process, false, 5));
        fake.program("read line; echo got:$line; stty size; exit 5", process -> readLine(process, true, 5));
        fake.program("read line; echo got:$line; stty size; exit 6", process -> readLine(process, true, 6));
    }

    private static Mono<ExitStatus> readLine(FakeProcess process, boolean isEchoed, int code) {
        return process.stdin()
                .next()
                .map(line -> new String(line, StandardCharsets.UTF_8).strip())
                .flatMap(line -> process.stdout(
                        (isEchoed ? "got:" + line + "\n" : "") + size(Objects.requireNonNull(process.terminal()))))
                .thenReturn(ExitStatus.exited(code));
    }

    private static String size(TerminalSize size) {
        return size.rows() + " " + size.columns() + "\n";
    }

    @AfterEach
    void findNothingLeft() throws Exception {
        assertThat(fake.running()).isZero();
        assertThat(Fixtures.entries(fake.config().temporaryDirectory())).isEmpty();
        Path binary = fake.config().binary();
        fake.close();
        assertThat(Files.exists(binary)).isFalse();
        fake.close();
    }

    @Override
    public OciRuntime runtime() {
        return runtime;
    }

    @Override
    public Path directory() {
        return directory;
    }

    /** There is no control group to look into, and so the statistics tell. */
    @Test
    @Override
    public void update_pidsLimit_isInForce() {
        ContainerProcess init =
                Fixtures.await(runtime.create(ID, Fixtures.bundle(directory, List.of("sleep", "600")), QUIET));

        Fixtures.complete(runtime.update(ID, LinuxResources.none().withPidsLimit(42L)));

        assertThat(Objects.requireNonNull(Fixtures.await(runtime.stats(ID)).pids())
                        .limit())
                .isEqualTo(BigInteger.valueOf(42));
        Fixtures.complete(runtime.delete(ID, FORCE));
        Fixtures.complete(init.release());
    }

    /** A program of the fake has no children, and so the leader is the process itself. */
    @Test
    @Override
    public void killProcessGroup_ledByAChild_endsItAlone() {
        ContainerProcess init = Fixtures.await(
                runtime.run(ID, Fixtures.bundle(directory, List.of("sleep", "600")), QUIET.withDetached(true)));
        ContainerProcess other = Fixtures.await(runtime.exec(ID, Fixtures.process("exec sleep 600"), DETACHED));

        Fixtures.complete(runtime.kill(ID, Signal.KILL, KillOptions.processGroup(other.pid())));

        assertThat(Fixtures.await(other.exit())).isEqualTo(ExitStatus.signaled(Signal.KILL));
        assertThat(Fixtures.await(runtime.ps(ID).collectList())).containsExactly(init.pid());
        Fixtures.complete(runtime.delete(ID, FORCE));
        Fixtures.complete(init.release());
        Fixtures.complete(other.release());
    }

    /** Descriptors beyond the standard streams do not reach a program of the fake. */
    @Override
    public void create_furtherDescriptor_isReadByTheProcess() {}

    @Test
    void info_fake_canDoAllThatRuncCan() {
        RuntimeInfo info = Fixtures.await(runtime.info());

        assertThat(info.name()).isEqualTo("runc");
        assertThat(info.version()).isEqualTo("1.1.5");
        assertThat(info.features())
                .contains(
                        RuntimeFeature.PAUSE,
                        RuntimeFeature.UPDATE,
                        RuntimeFeature.EVENTS,
                        RuntimeFeature.TOP_COLUMNS,
                        RuntimeFeature.CHECKPOINT,
                        RuntimeFeature.RESTORE,
                        RuntimeFeature.FEATURES,
                        RuntimeFeature.SPEC)
                .doesNotContain(RuntimeFeature.PIDFD_SOCKET);
    }
}
