// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerStatus;
import io.runflux.oci.LinuxMemory;
import io.runflux.oci.LinuxResources;
import io.runflux.oci.MemoryStats;
import io.runflux.oci.OciJson;
import io.runflux.oci.OciProcess;
import io.runflux.oci.Spec;
import io.runflux.oci.SpecDefaults;
import io.runflux.process.CaptureLimits;
import io.runflux.process.CapturedOutput;
import io.runflux.process.ProcessSpec;
import io.runflux.process.ProcessStartException;
import io.runflux.process.Stdio;
import io.runflux.process.TerminalSize;
import io.runflux.runtime.CheckpointOptions;
import io.runflux.runtime.CommandFailedException;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.ContainerStdio;
import io.runflux.runtime.CreateOptions;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.ExecOptions;
import io.runflux.runtime.KillOptions;
import io.runflux.runtime.OciRuntime;
import io.runflux.runtime.OciRuntimeException;
import io.runflux.runtime.OciRuntimes;
import io.runflux.runtime.ProcessView;
import io.runflux.runtime.RestoreOptions;
import io.runflux.runtime.RuntimeConfig;
import io.runflux.runtime.RuntimeTimeoutException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class FakeProgramTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final ContainerId ID = ContainerId.of("c1");
    private static final CreateOptions QUIET = CreateOptions.defaults();
    private static final CreateOptions PIPED = QUIET.withStdio(ContainerStdio.pipes());

    private final VirtualTimeScheduler clock = VirtualTimeScheduler.create();
    private final FakeRuntime fake = FakeRuntime.create(clock);
    private final OciRuntime runtime = fake.runtime();
    private Path directory;

    @BeforeEach
    void keepDirectory(@TempDir Path temporary) {
        directory = temporary;
    }

    @AfterEach
    void closeAndFindNothingLeft() {
        fake.close();
        clock.dispose();
        assertThat(fake.running()).isZero();
        assertThat(Files.exists(fake.config().binary())).isFalse();
    }

    /** The example of the package. */
    @Test
    void example_programAndFailpoint_work() {
        fake.program("server", process -> process.stdout("ready\n").then(Mono.never()));
        fake.failpoint("state", Failpoint.fail(1, "cannot read cgroup").once());

        ContainerProcess server = started("server", "--port", "80");

        assertThat(text(server, 6)).isEqualTo("ready\n");
        assertThatThrownBy(() -> await(runtime.state(ID)))
                .isInstanceOf(CommandFailedException.class)
                .hasMessageContaining("cannot read cgroup");
        assertThat(await(runtime.state(ID)).status()).isEqualTo(ContainerStatus.RUNNING);
        complete(server.release());
    }

    @Test
    void program_argumentsAndEnvironment_areThoseOfTheBundle() {
        fake.program("show", process -> process.stdout(
                        process.arguments() + " " + process.environment().get("PATH"))
                .thenReturn(ExitStatus.exited(3)));

        ContainerProcess process = started("/usr/bin/show", "a b");

        assertThat(text(process, 24)).startsWith("[/usr/bin/show, a b] /usr/local/sbin:");
        assertThat(await(process.exit())).isEqualTo(ExitStatus.exited(3));
    }

    @Test
    void signal_notCaught_endsTheProgram() {
        AtomicInteger cancelled = new AtomicInteger();
        Sinks.Empty<Void> begun = Sinks.empty();
        fake.program("server", process -> Mono.<ExitStatus>never()
                .doOnRequest(demand -> begun.tryEmitEmpty())
                .doOnCancel(cancelled::incrementAndGet));
        ContainerProcess server = started("server");
        complete(begun.asMono());

        complete(runtime.kill(ID, Signal.TERM, KillOptions.init()));

        assertThat(await(server.exit())).isEqualTo(ExitStatus.signaled(Signal.TERM));
        assertThat(cancelled).hasValue(1);
        assertThat(await(runtime.state(ID)).status()).isEqualTo(ContainerStatus.STOPPED);
    }

    @Test
    void signal_caught_isTheProgramsToAnswer() {
        fake.program("server", process -> {
            Mono<ExitStatus> term = process.catching(Signal.TERM).next().thenReturn(ExitStatus.exited(5));
            return Mono.zip(term, process.stdout("ready\n").thenReturn(true), (status, said) -> status);
        });
        ContainerProcess server = started("server");
        text(server, 6);

        complete(runtime.kill(ID, Signal.TERM, KillOptions.init()));

        assertThat(await(server.exit())).isEqualTo(ExitStatus.exited(5));
    }

    @Test
    void catching_kill_isRefused() {
        fake.program("server", process -> process.catching(Signal.KILL).then(Mono.empty()));
        ContainerProcess server = started("server");

        assertThat(await(server.exit())).isEqualTo(ExitStatus.exited(1));
        assertThat(await(server.stderr().asString().next())).contains("SIGKILL cannot be caught");
    }

    @Test
    void write_withoutReader_waitsWhenThePipeIsFull() {
        AtomicInteger written = new AtomicInteger();
        fake.program("flood", process -> Flux.range(0, 100)
                .concatMap(index -> process.stdout(new byte[4096]).doOnSuccess(done -> written.incrementAndGet()))
                .then(Mono.empty()));
        ContainerProcess flood = started("flood");

        StepVerifier.create(flood.stdout(), 0)
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(200))
                .then(() -> assertThat(written).hasValue(16))
                .thenRequest(4)
                .expectNextCount(4)
                .thenRequest(Long.MAX_VALUE)
                .expectNextCount(96)
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(await(flood.exit())).isEqualTo(ExitStatus.exited(0));
    }

    @Test
    void write_readerGone_endsTheProgramBySigpipe() {
        fake.program("yes", process -> process.stdout("y\n").repeat().then(Mono.empty()));
        ContainerProcess yes = started("yes");

        StepVerifier.create(yes.stdout(), 3).expectNextCount(3).thenCancel().verify(TIMEOUT);

        assertThat(await(yes.exit())).isEqualTo(ExitStatus.signaled(Signal.of(13)));
    }

    /** An endless writer writes from within the delivery, and would do so for ever while there is demand. */
    @Test
    void read_cancelledWithDemandLeft_breaksThePipe() {
        Pipe pipe = new Pipe();
        StepVerifier writer = StepVerifier.create(pipe.write(new byte[] {'y'}).repeat())
                .expectError(BrokenPipeException.class)
                .verifyLater();

        StepVerifier.create(pipe.read(), Long.MAX_VALUE)
                .expectNextCount(1)
                .thenCancel()
                .verify(TIMEOUT);

        writer.verify(TIMEOUT);
    }

    @Test
    void sleep_takesVirtualTime() {
        ContainerProcess process = started("sleep", "3600");

        awaitTimers(1);
        clock.advanceTimeBy(Duration.ofMinutes(59));
        assertThat(await(runtime.state(ID)).status()).isEqualTo(ContainerStatus.RUNNING);
        clock.advanceTimeBy(Duration.ofMinutes(1));

        assertThat(await(process.exit())).isEqualTo(ExitStatus.exited(0));
    }

    @Test
    void terminal_bytesAndSize_goBothWays() {
        fake.program("shell", process -> process.stdin()
                .concatMap(line -> process.stdout("got " + text(line) + " at " + process.terminal()))
                .then(Mono.empty()));
        Path bundle = bundle(true, "shell");
        CreateOptions options = QUIET.withStdio(ContainerStdio.terminal(new TerminalSize(24, 80)));
        ContainerProcess shell = await(runtime.create(ID, bundle, options));
        complete(runtime.start(ID));

        complete(shell.resize(new TerminalSize(50, 132)));
        String said = await(Mono.zip(
                shell.stdout().asString().reduce("", String::concat),
                shell.send(Mono.fromSupplier(() -> Unpooled.copiedBuffer("ls", StandardCharsets.UTF_8)))
                        .thenReturn(true),
                (text, sent) -> text));

        assertThat(said).isEqualTo("got ls at TerminalSize[rows=50, columns=132]");
        assertThat(await(shell.exit())).isEqualTo(ExitStatus.exited(0));
        complete(shell.release());
    }

    @Test
    void exec_inTerminal_isHungUpByItsRelease() {
        started("sleep", "3600");
        ExecOptions options = ExecOptions.defaults().withStdio(ContainerStdio.terminal(new TerminalSize(24, 80)));
        ContainerProcess cat = await(runtime.exec(ID, OciProcess.of(List.of("cat")), options));

        complete(cat.release());

        assertThat(await(cat.exit()).isSuccess()).isFalse();
        assertThat(await(runtime.ps(ID).collectList())).hasSize(1);
    }

    @Test
    void processes_initAndExec_areListedAndKilledOneByOne() {
        started("sleep", "3600");
        ContainerProcess exec = await(runtime.exec(
                ID,
                OciProcess.of(List.of("sleep", "60")),
                ExecOptions.defaults().withDetached(true)));

        assertThat(await(runtime.processes(ID, ProcessView.RUNNING)
                        .map(process -> process.command() + " " + process.createdByRuntime())
                        .collectList()))
                .containsExactly("[sleep, 3600] true", "[sleep, 60] true");
        assertThat(await(runtime.top(ID, List.of("-o", "pid,args"))).column("COMMAND"))
                .containsExactly("sleep 3600", "sleep 60");
        complete(runtime.kill(ID, Signal.KILL, KillOptions.process(exec.pid())));

        assertThat(await(exec.exit())).isEqualTo(ExitStatus.signaled(Signal.KILL));
        assertThat(await(runtime.ps(ID).collectList())).doesNotContain(exec.pid());
    }

    @Test
    void pause_signals_comeWithTheResume() {
        ContainerProcess process = started("sleep", "3600");
        complete(runtime.pause(ID));
        assertThat(await(runtime.state(ID)).status()).isEqualTo(ContainerStatus.PAUSED);

        complete(runtime.kill(ID, Signal.TERM, KillOptions.init()));
        assertThat(await(runtime.state(ID)).status()).isEqualTo(ContainerStatus.PAUSED);
        complete(runtime.resume(ID));

        assertThat(await(process.exit())).isEqualTo(ExitStatus.signaled(Signal.TERM));
    }

    @Test
    void update_limit_isInTheStatistics() {
        started("sleep", "3600");
        LinuxResources limits =
                LinuxResources.none().withMemory(LinuxMemory.none().withLimit(1L << 24));

        complete(runtime.update(ID, limits));

        MemoryStats memory = Objects.requireNonNull(await(runtime.stats(ID)).memory());
        assertThat(Objects.requireNonNull(memory.usage()).limit()).isEqualTo(BigInteger.valueOf(1L << 24));
    }

    @Test
    void events_interval_isOfTheClockAndEndsWithTheContainer() {
        started("sleep", "3600");

        StepVerifier.create(runtime.events(ID, Duration.ofSeconds(5)))
                .then(() -> awaitTimers(2))
                .then(() -> clock.advanceTimeBy(Duration.ofSeconds(5)))
                .assertNext(event -> assertThat(event.isStats()).isTrue())
                .then(() -> complete(runtime.kill(ID, Signal.KILL, KillOptions.init())))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void checkpointAndRestore_startTheProgramAnew() {
        AtomicInteger runs = new AtomicInteger();
        fake.program(
                "count", process -> Mono.fromRunnable(runs::incrementAndGet).then(Mono.never()));
        Path bundle = bundle(false, "count");
        ContainerProcess first = started(bundle);
        Path image = directory.resolve("image");

        complete(runtime.checkpoint(ID, CheckpointOptions.to(image)));
        assertThat(await(runtime.exists(ID))).isFalse();
        assertThat(await(first.exit())).isEqualTo(ExitStatus.signaled(Signal.KILL));
        ContainerProcess second =
                await(runtime.restore(ID, bundle, RestoreOptions.from(image).withCreate(QUIET.withDetached(true))));

        assertThat(await(runtime.state(ID)).pid()).isEqualTo(second.pid());
        complete(runtime.delete(ID, DeleteOptions.defaults().withForce(true)));
        assertThat(await(second.exit())).isEqualTo(ExitStatus.signaled(Signal.KILL));
        assertThat(runs).hasValue(2);
        assertThatThrownBy(() -> await(runtime.restore(
                        ID, bundle, RestoreOptions.from(directory).withCreate(QUIET.withDetached(true)))))
                .hasMessageContaining("descriptors.json: no such file or directory");
    }

    @Test
    void spec_isWhatRuncBeginsWith() {
        Spec spec = await(runtime.spec());

        assertThat(Objects.requireNonNull(spec.process()).args()).containsExactly("sh");
        assertThat(Objects.requireNonNull(spec.root()).path()).isEqualTo("rootfs");
    }

    @Test
    void commandLine_notUnderstood_isAnsweredAsByRunc() {
        assertThat(call("bogus")).isEqualTo("exit status 3: No help topic for 'bogus'");
        assertThat(call("state", "--foo", "x")).isEqualTo("exit status 1: flag provided but not defined: -foo");
        assertThat(call("state")).isEqualTo("exit status 1: runc: \"state\" requires exactly 1 argument(s)");
        assertThat(call("kill")).isEqualTo("exit status 1: runc: \"kill\" requires a minimum of 1 argument(s)");
        assertThat(call("kill", "a", "b", "c"))
                .isEqualTo("exit status 1: runc: \"kill\" requires a maximum of 2 argument(s)");
        started("sleep", "3600");
        assertThat(call("kill", "c1", "FOO")).isEqualTo("exit status 1: unknown signal \"FOO\"");
        assertThat(call("kill", "c1", "99")).isEqualTo("exit status 1: unable to signal init: invalid argument");
        assertThat(call("events", "--interval", "0s", "c1"))
                .isEqualTo("exit status 1: duration interval must be greater than 0");
        assertThat(call("exec", "c1", "nosuch"))
                .isEqualTo("exit status 255: exec failed: unable to start container process: exec: \"nosuch\":"
                        + " executable file not found in $PATH");
        assertThat(call("exec", "c1", "false")).isEqualTo("exit status 1: ");
        assertThat(call("pause", "c1")).isEqualTo("exit status 0: ");
        assertThat(call("pause", "c1")).isEqualTo("exit status 1: container not running");
        assertThat(call("start", "c1")).isEqualTo("exit status 1: cannot start a container in the paused state");
        assertThat(call("delete", "c1"))
                .isEqualTo("exit status 1: cannot delete container c1 that is not stopped: paused");
        assertThat(call("exec", "c1", "true"))
                .isEqualTo("exit status 255: exec failed: cannot exec in a paused container"
                        + " (use --ignore-paused to override)");
        assertThat(call("delete", "--force", "c1")).isEqualTo("exit status 0: ");
        assertThat(call("state", "c1")).isEqualTo("exit status 1: container does not exist");
    }

    @Test
    void callTimeout_ofTheConfiguration_isTheClients() {
        RuntimeConfig limited =
                fake.config().toBuilder().callTimeout(Duration.ofMillis(100)).build();
        fake.failpoint("list", Failpoint.delay(Duration.ofHours(1)));

        assertThatThrownBy(() ->
                        await(OciRuntimes.runc(fake.launcher(), limited).list().collectList()))
                .isInstanceOf(RuntimeTimeoutException.class);
    }

    @Test
    void launch_anotherProgramOrAfterTheEnd_isRefused() {
        ProcessSpec other = ProcessSpec.program(Path.of("/bin/true")).build();
        assertThatThrownBy(() -> await(fake.launcher().launch(other)))
                .isInstanceOf(ProcessStartException.class)
                .hasMessageContaining("/bin/true");
        fake.close();
        assertThatThrownBy(() -> await(runtime.list().collectList())).isInstanceOf(OciRuntimeException.class);
    }

    /** Its end, and its last words without the time. */
    private String call(String... words) {
        Path log = directory.resolve("log");
        List<String> arguments = new ArrayList<>(List.of("--log", log.toString()));
        arguments.addAll(List.of(words));
        ProcessSpec spec = ProcessSpec.program(fake.config().binary())
                .arguments(arguments)
                .stdout(Stdio.pipe())
                .stderr(Stdio.pipe())
                .build();
        CapturedOutput output = await(fake.launcher().capture(spec, CaptureLimits.defaults()));
        return output.status() + ": " + output.stderr().strip();
    }

    private ContainerProcess started(String... args) {
        return started(bundle(false, args));
    }

    private ContainerProcess started(Path bundle) {
        ContainerProcess process = await(runtime.create(ID, bundle, PIPED));
        complete(runtime.start(ID));
        return process;
    }

    private Path bundle(boolean terminal, String... args) {
        try {
            Path bundle = Files.createTempDirectory(directory, "bundle");
            Spec spec = SpecDefaults.defaults().generate(bundle.resolve("rootfs"), List.of(args));
            OciProcess process = Objects.requireNonNull(spec.process()).withTerminal(terminal);
            OciJson.write(bundle.resolve(Spec.FILE_NAME), spec.withProcess(process));
            return bundle;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Reads until there are so many characters. */
    private static String text(ContainerProcess process, int length) {
        return await(process.stdout()
                .asString()
                .scan("", String::concat)
                .filter(text -> text.length() >= length)
                .next());
    }

    /** What is started is asleep a moment later. */
    private void awaitTimers(long count) {
        await(Mono.fromSupplier(clock::getScheduledTaskCount)
                .filter(timers -> timers >= count)
                .repeatWhenEmpty(empty -> empty.delayElements(Duration.ofMillis(5)))
                .timeout(TIMEOUT));
    }

    private static <T> T await(Mono<T> mono) {
        T value = mono.block(TIMEOUT);
        if (value == null) {
            throw new AssertionError("completed empty");
        }
        return value;
    }

    private static void complete(Mono<Void> mono) {
        mono.block(TIMEOUT);
    }
}
