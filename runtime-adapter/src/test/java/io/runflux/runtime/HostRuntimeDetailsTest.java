// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static io.runflux.runtime.Fixtures.await;
import static io.runflux.runtime.Fixtures.awaitThat;
import static io.runflux.runtime.Fixtures.bundle;
import static io.runflux.runtime.Fixtures.complete;
import static io.runflux.runtime.Fixtures.shell;
import static io.runflux.runtime.Fixtures.text;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStatus;
import io.runflux.oci.OciProcess;
import io.runflux.oci.Rlimit;
import io.runflux.oci.User;
import io.runflux.process.ProcessLauncher;
import io.runflux.testing.RequiresRoot;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

class HostRuntimeDetailsTest {
    private static final ContainerId ID = ContainerId.of("c1");
    private static final CreateOptions PIPED = CreateOptions.defaults().withStdio(ContainerStdio.outputPipes());

    private final ProcessLauncher launcher = ProcessLauncher.create();
    private Path directory;
    private Path root;
    private HostRuntimeConfig config;
    private OciRuntime runtime;

    @BeforeEach
    void makeRuntime(@TempDir Path temporary) {
        directory = temporary;
        root = directory.resolve("state");
        config = HostRuntimeConfig.defaults().withRoot(root);
        runtime = OciRuntimes.host(launcher, config);
    }

    @AfterEach
    void disposeOfLauncher() {
        launcher.disposeLater(Duration.ZERO).block(Fixtures.TIMEOUT);
    }

    @Test
    void info_saysThatItIsolatesNothing() {
        RuntimeInfo info = await(runtime.info());

        assertThat(info.isolates()).isFalse();
        assertThat(info.warnings()).singleElement().asString().startsWith("the host runtime isolates nothing");
    }

    @Test
    void run_process_isHonoured() {
        assertThat(output(
                        "pwd; echo $GREETING; umask; ulimit -n; grep NoNewPrivs /proc/self/status",
                        process -> process.withCwd("/usr")
                                .withEnv(List.of("PATH=/bin:/usr/bin", "GREETING=hello=there"))
                                .withUser(new User(own("uid"), own("gid"), 0027, List.of(), Map.of()))
                                .withRlimits(List.of(Rlimit.of("RLIMIT_NOFILE", 77, 66)))))
                .isEqualTo("/usr\nhello=there\n0027\n66\nNoNewPrivs:\t1\n");
    }

    @Test
    @RequiresRoot
    void run_otherUser_isHonoured() {
        assertThat(output(
                        "id -u; id -g; id -G",
                        process -> process.withUser(new User(1234, 2345, null, List.of(3456L), Map.of()))))
                .isEqualTo("1234\n2345\n2345 3456\n");
    }

    @Test
    @RequiresRoot
    void run_bundleRoot_isTheRoot() {
        OciRuntime inRoot = OciRuntimes.host(launcher, config.withUsesBundleRoot(true));
        Path bundle =
                bundle(directory, shell("echo /bin/*"), spec -> spec.withProcess(Fixtures.process("echo /bin/*")));

        ContainerProcess process = await(inRoot.run(ID, bundle, PIPED));

        assertThat(await(text(process.stdout())))
                .isEqualTo(
                        "/bin/busybox /bin/cat /bin/echo /bin/env /bin/false /bin/id /bin/pwd /bin/setsid /bin/sh /bin/sleep"
                                + " /bin/stty /bin/true\n");
        complete(process.release());
    }

    @Test
    void create_whatCannotBeHonoured_isRefused() {
        assertThatThrownBy(() -> output("true", process -> process.withCwd("/no/such")))
                .isInstanceOf(InvalidBundleException.class)
                .hasMessageContaining("process.cwd '/no/such' is not a directory");
        assertThatThrownBy(
                        () -> output("true", process -> process.withRlimits(List.of(Rlimit.of("RLIMIT_RTTIME", 1, 1)))))
                .hasMessageContaining("does not know the limit 'RLIMIT_RTTIME'");
        assertThatThrownBy(() -> output("true", process -> process.withEnv(List.of("=x"))))
                .hasMessageContaining("a variable has no name");
        assertThatThrownBy(() -> output("true", process -> process.withArgs(List.of())))
                .hasMessageContaining("process.args is empty");
        assertThat(runtime.list().collectList().block(Fixtures.TIMEOUT)).isEmpty();
    }

    @Test
    void run_unlimited_isUnderstood() {
        BigInteger none = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

        assertThat(output(
                        "ulimit -c",
                        process -> process.withRlimits(
                                List.of(new Rlimit("RLIMIT_CORE", none, BigInteger.ZERO, Map.of())))))
                .isEqualTo("0\n");
    }

    @Test
    void state_files_areForThisUserAlone() throws IOException {
        ContainerProcess process = await(runtime.create(ID, bundle(directory, shell("exit 0")), PIPED));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("c1"))))
                .isEqualTo("rwx------");
        assertThat(Fixtures.entries(root)).containsExactly(root.resolve("c1"));
        complete(runtime.delete(ID, DeleteOptions.defaults()));
        assertThat(Fixtures.entries(root)).isEmpty();
        complete(process.release());
    }

    @Test
    void start_byAnother_isRefused() {
        ContainerProcess process = await(runtime.create(ID, bundle(directory, shell("exit 0")), PIPED));
        OciRuntime other = OciRuntimes.host(launcher, config);

        assertThat(await(other.state(ID)).status()).isEqualTo(ContainerStatus.CREATED);
        assertThatThrownBy(() -> complete(other.start(ID)))
                .hasMessage("cannot start container c1: only the process that created it can");
        complete(other.delete(ID, DeleteOptions.defaults()));
        assertThatThrownBy(() -> complete(runtime.start(ID))).isInstanceOf(NoSuchContainerException.class);
        complete(process.release());
    }

    @Test
    void killAndDelete_containerOfAnother_reachItsProcesses() throws IOException {
        int pid = foreignSleep();
        store(pid, ProcFiles.startTime(pid).orElseThrow());

        assertThat(await(runtime.state(ID)).status()).isEqualTo(ContainerStatus.RUNNING);
        complete(runtime.kill(ID, Signal.TERM, KillOptions.all()));
        awaitThat(runtime.state(ID), state -> state.status() == ContainerStatus.STOPPED);
        complete(runtime.delete(ID, DeleteOptions.defaults()));
        reap(pid);

        int second = foreignSleep();
        store(second, ProcFiles.startTime(second).orElseThrow());
        complete(runtime.delete(ID, new DeleteOptions(true)));
        assertThat(ProcFiles.startTime(second)).isEmpty();
        reap(second);
    }

    @Test
    void killAndDelete_recycledNumber_neverReachTheOtherProcess() throws IOException {
        int own = (int) ProcessHandle.current().pid();
        store(own, ProcFiles.startTime(own).orElseThrow() - 1);

        assertThat(await(runtime.state(ID)).status()).isEqualTo(ContainerStatus.STOPPED);
        assertThatThrownBy(() -> complete(runtime.kill(ID, Signal.KILL, KillOptions.init())))
                .isInstanceOf(IllegalContainerStateException.class);
        complete(runtime.delete(ID, new DeleteOptions(true)));
    }

    @Test
    void state_damagedFile_isAnErrorOfTheRuntime() throws IOException {
        ContainerProcess process = await(runtime.create(ID, bundle(directory, shell("exit 0")), PIPED));
        Files.writeString(root.resolve("c1/state.json"), "{");

        assertThatThrownBy(() -> await(runtime.state(ID)))
                .isInstanceOf(CommandFailedException.class)
                .hasMessageStartingWith("cannot read the state of c1: cannot read " + root.resolve("c1/state.json"));
        complete(process.release());
    }

    @Test
    void kill_created_endsItWithoutAProcess() {
        ContainerProcess process = await(runtime.create(ID, bundle(directory, shell("exit 0")), PIPED));

        complete(runtime.kill(ID, Signal.TERM, KillOptions.init()));

        assertThat(await(process.exit())).isEqualTo(ExitStatus.signaled(Signal.TERM));
        assertThat(await(text(process.stdout()))).isEmpty();
        complete(process.drained());
        assertThat(await(runtime.state(ID)).status()).isEqualTo(ContainerStatus.STOPPED);
        complete(runtime.delete(ID, DeleteOptions.defaults()));
    }

    @Test
    void killAndStart_race_endsAndLeavesNothing() {
        for (int i = 0; i < 20; i++) {
            ContainerProcess process = await(runtime.create(ID, bundle(directory, shell("exec sleep 600")), PIPED));

            complete(Mono.when(
                    runtime.start(ID).onErrorComplete(OciRuntimeException.class),
                    runtime.kill(ID, Signal.KILL, KillOptions.init())));

            assertThat(await(process.exit())).isEqualTo(ExitStatus.signaled(Signal.KILL));
            complete(runtime.delete(ID, new DeleteOptions(true)));
            complete(process.release());
        }
    }

    @Test
    void release_beforeTheStart_closesTheStreams() {
        ContainerProcess process = await(runtime.create(ID, bundle(directory, shell("exec yes")), PIPED));

        complete(process.release());
        complete(runtime.start(ID));

        assertThat(await(process.exit())).isEqualTo(ExitStatus.signaled(Signal.parse("PIPE")));
        complete(runtime.delete(ID, new DeleteOptions(true)));
    }

    @Test
    void killAll_session_reachesGrandchildren() {
        ContainerProcess process =
                await(runtime.create(ID, bundle(directory, shell("sleep 600 & echo $!; wait")), PIPED));
        complete(runtime.start(ID));
        String first = await(process.stdout().asString().next());
        int grandchild = Integer.parseInt(first.strip());

        complete(runtime.kill(ID, Signal.KILL, KillOptions.all()));

        await(process.exit());
        awaitThat(Mono.fromSupplier(() -> ProcFiles.startTime(grandchild).isEmpty()), gone -> gone);
        complete(runtime.delete(ID, new DeleteOptions(true)));
        complete(process.release());
        reap(grandchild);
    }

    @Test
    void killAll_otherGroup_isReached() {
        ContainerProcess process =
                await(runtime.create(ID, bundle(directory, shell("set -m; sleep 600 & echo $!; wait")), PIPED));
        complete(runtime.start(ID));
        int straggler =
                Integer.parseInt(await(process.stdout().asString().next()).strip());

        complete(runtime.kill(ID, Signal.KILL, KillOptions.all()));

        await(process.exit());
        awaitThat(Mono.fromSupplier(() -> ProcFiles.startTime(straggler).isEmpty()), gone -> gone);
        complete(runtime.delete(ID, new DeleteOptions(true)));
        complete(process.release());
        reap(straggler);
    }

    private String output(String script, UnaryOperator<OciProcess> change) {
        Path bundle = bundle(
                directory,
                shell(script),
                spec -> spec.withProcess(
                        change.apply(requireNonNull(spec.process()).withEnv(List.of("PATH=/bin:/usr/bin")))));
        ContainerProcess process = await(runtime.run(ID, bundle, PIPED));
        String text = await(text(process.stdout()));
        complete(process.release());
        return text;
    }

    private static long own(String attribute) {
        try {
            return ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:" + attribute)).longValue();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void store(int pid, long startTime) throws IOException {
        new HostStore(root)
                .create(
                        ID,
                        ContainerState.of("c1", ContainerStatus.RUNNING, pid, "/b")
                                .withUnknown(HostStore.START_TIME, startTime));
    }

    /** A process in a session of its own that no launcher knows. */
    private int foreignSleep() throws IOException {
        Path pid = Files.createTempFile(directory, "pid", "");
        new ProcessBuilder("setsid", "--fork", "sh", "-c", "echo $$ > " + pid + "; exec sleep 600 2>&- >&-").start();
        return Integer.parseInt(awaitThat(Mono.fromCallable(() -> Files.readString(pid)), text -> text.endsWith("\n"))
                .strip());
    }

    private void reap(int pid) {
        Fixtures.reap(launcher, pid);
    }
}
