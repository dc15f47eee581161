// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static io.runflux.runtime.Fixtures.await;
import static io.runflux.runtime.Fixtures.awaitThat;
import static io.runflux.runtime.Fixtures.complete;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.oci.LinuxResources;
import io.runflux.oci.Spec;
import io.runflux.process.ProcessException;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import io.runflux.process.RunningProcess;
import io.runflux.process.WatchedProcess;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/**
 * A runtime that is a shell script, and fails in every way that a script can. The fourth argument of what needs files
 * is the log.
 */
@Tag("once")
class ScriptedRuntimeTest {
    private static final ContainerId ID = ContainerId.of("c1");
    private static final String LOG_NO_SUCH = "echo '{\"level\":\"error\",\"msg\":\"container does not exist\"}'";

    private final ProcessLauncher launcher = ProcessLauncher.create();
    private Path directory;
    private Path calls;
    private Path bundle;

    @BeforeEach
    void makeDirectories(@TempDir Path temporary) throws IOException {
        directory = temporary;
        calls = Files.createDirectory(directory.resolve("calls"));
        bundle = Files.createDirectory(directory.resolve("bundle"));
        Files.writeString(bundle.resolve(Spec.FILE_NAME), "{}");
    }

    @AfterEach
    void disposeOfLauncherAndFindNothingLeft() throws IOException {
        launcher.disposeLater(Duration.ZERO).block(Fixtures.TIMEOUT);
        assertThat(Fixtures.entries(calls)).isEmpty();
    }

    @Test
    void state_garbageOrHalf_isAnError() throws IOException {
        for (String answer : List.of("echo garbage", "printf '{\"id\":\"c1\",'", "true", "echo '{}'")) {
            OciRuntime runtime = runtime(answer);

            assertThatThrownBy(() -> await(runtime.state(ID)))
                    .isInstanceOf(CommandFailedException.class)
                    .hasMessageStartingWith("cannot read the state of c1: runc did not answer in JSON: ");
        }
    }

    @Test
    void state_noiseOnStderr_doesNotMatter() throws IOException {
        OciRuntime runtime = runtime("echo noise >&2; echo '{\"id\":\"c1\",\"status\":\"running\",\"bundle\":\"/b\"}'");

        assertThat(await(runtime.state(ID)).statusText()).isEqualTo("running");
    }

    @Test
    void start_errorLoggedToStderr_isClassified() throws IOException {
        OciRuntime runtime = runtime("echo words >&2; " + LOG_NO_SUCH + " >&2; echo more >&2; exit 1");

        assertThatThrownBy(() -> complete(runtime.start(ID)))
                .isInstanceOfSatisfying(NoSuchContainerException.class, error -> assertThat(error.stderr())
                        .isEqualTo("words\ncontainer does not exist\nmore"));
        assertThat(Fixtures.entries(calls)).isEmpty();
    }

    @Test
    void start_onlyWarningsOnStderr_isNotTakenForAnError() throws IOException {
        OciRuntime runtime = runtime("echo '{\"level\":\"warning\",\"msg\":\"device or resource busy\"}' >&2; exit 1");

        assertThatThrownBy(() -> complete(runtime.start(ID)))
                .isExactlyInstanceOf(CommandFailedException.class)
                .isInstanceOfSatisfying(CommandFailedException.class, error -> assertThat(error.stderr())
                        .isEmpty());
    }

    @Test
    void start_commandPrefix_keepsTheLogFromStderr() throws IOException {
        RuntimeConfig config = config(Fixtures.script(directory, LOG_NO_SUCH + " > \"$4\"; exit 1"))
                .commandPrefix(List.of("/usr/bin/env"))
                .build();

        assertThatThrownBy(() -> complete(OciRuntimes.runc(launcher, config).start(ID)))
                .isInstanceOf(NoSuchContainerException.class);
    }

    @Test
    void start_logIsGathered_isClassifiedByTheFile() throws IOException {
        Path gathered = directory.resolve("gathered");
        RuntimeConfig config = config(Fixtures.script(directory, LOG_NO_SUCH + " > \"$4\"; exit 1"))
                .log(gathered)
                .build();
        OciRuntime runtime = OciRuntimes.runc(launcher, config);

        assertThatThrownBy(() -> complete(runtime.start(ID))).isInstanceOf(NoSuchContainerException.class);
        assertThat(gathered).content().contains("container does not exist");
    }

    @Test
    void start_flooding_keepsTheEndOfStderr() throws IOException {
        OciRuntime runtime = runtime("yes x | head -c 300000 >&2; echo end >&2; exit 3");

        assertThatThrownBy(() -> complete(runtime.start(ID)))
                .isInstanceOfSatisfying(CommandFailedException.class, error -> {
                    assertThat(error.exitStatus()).isEqualTo(ExitStatus.exited(3));
                    assertThat(error.stderr()).endsWith("end").hasSizeLessThanOrEqualTo(FailedCommand.MAX_STDERR);
                });
    }

    @Test
    void create_failing_tellsLogAndStderr() throws IOException {
        OciRuntime runtime = runtime("echo words >&2; exit 9");
        CreateOptions piped = CreateOptions.defaults().withStdio(ContainerStdio.pipes());

        assertThatThrownBy(() -> await(runtime.create(ID, bundle, piped)))
                .isInstanceOf(CommandFailedException.class)
                .hasMessageStartingWith("cannot create c1: ")
                .hasMessageEndingWith("exit status 9: words");
    }

    @Test
    void create_heldPipe_completesAtTheExit() throws IOException {
        OciRuntime runtime = runtime("sleep 600 & printf $! > \"${11}\"; exit 0");
        CreateOptions piped = CreateOptions.defaults().withStdio(ContainerStdio.outputPipes());

        ContainerProcess process = await(runtime.create(ID, bundle, piped));

        assertThat(ProcessHandle.of(process.pid())).isPresent();
        ProcessHandle.of(process.pid()).orElseThrow().destroyForcibly();
        await(process.exit());
        complete(process.release());
    }

    @Test
    void cancel_hangingCalls_killsTheRuntimeAndLeavesNothing() throws IOException {
        Path pidFile = directory.resolve("hanging");
        // The questions before a create are asked at once, and each writes its pid.
        OciRuntime runtime =
                runtime("echo $$ > " + pidFile + ".$$; mv " + pidFile + ".$$ " + pidFile + "; exec sleep 600");

        for (Mono<?> call :
                List.of(runtime.state(ID), runtime.start(ID), runtime.create(ID, bundle, CreateOptions.defaults()))) {
            Files.deleteIfExists(pidFile);
            StepVerifier.create(call.takeUntilOther(isWritten(pidFile)))
                    .expectComplete()
                    .verify(Fixtures.TIMEOUT);

            int pid = Integer.parseInt(Files.readString(pidFile).strip());
            awaitThat(Mono.fromSupplier(() -> ProcFiles.startTime(pid).isEmpty()), isGone -> isGone);
            awaitThat(Mono.fromCallable(() -> Fixtures.entries(calls).size()), left -> left == 0);
        }
    }

    @Test
    void run_errorInTheLog_failsTheExitAndLeavesNothing() throws IOException {
        OciRuntime runtime = runtime(
                "echo '{\"level\":\"error\",\"msg\":\"container with given ID already exists\"}' > \"$4\"; exit 1");

        ContainerProcess process = await(runtime.run(ID, bundle, CreateOptions.defaults()));

        assertThatThrownBy(() -> await(process.exit())).isInstanceOf(ContainerAlreadyExistsException.class);
        complete(process.release());
        assertThatThrownBy(() -> await(process.exit())).isInstanceOf(ContainerAlreadyExistsException.class);
    }

    @Test
    void run_payloadThatFails_isNoErrorOfTheRuntime() throws IOException {
        ContainerProcess process = await(runtime("exit 1").run(ID, bundle, CreateOptions.defaults()));

        assertThat(await(process.exit())).isEqualTo(ExitStatus.exited(1));
        complete(process.release());
    }

    @Test
    void run_runtimeKilled_endIsUnknown() throws IOException {
        ContainerProcess process = await(runtime("kill -9 $$").run(ID, bundle, CreateOptions.defaults()));

        assertThat(await(process.exit())).isEqualTo(ExitStatus.unknown());
        complete(process.release());
    }

    @Test
    void release_attachedAndRunning_killsTheRuntime() throws IOException {
        ContainerProcess process = await(
                runtime("case \"$*\" in *' run '*) exec sleep 600 ;; esac").run(ID, bundle, CreateOptions.defaults()));

        complete(process.release());

        assertThat(ProcFiles.startTime(process.pid())).isEmpty();
    }

    @Test
    void exec_process_isPassedInAPrivateFile() throws IOException {
        OciRuntime runtime = runtime("stat -c %a \"${9%/*}\"; cat \"$9\"");
        ExecOptions piped = ExecOptions.defaults().withStdio(ContainerStdio.outputPipes());

        ContainerProcess process = await(runtime.exec(ID, Fixtures.process("true"), piped));

        assertThat(await(Fixtures.text(process.stdout())))
                .startsWith("700\n")
                .contains("\"args\":[\"/bin/sh\",\"-c\",\"true\"]");
        complete(process.release());
    }

    @Test
    void environment_isTheNamedListAlone() throws IOException {
        OciRuntime runtime = runtime(
                "env | grep -v ^PWD | grep -v ^SHLVL | grep -v ^_ | cut -d= -f1 | sort | tr '\\n' ' ' >&2; exit 1");

        assertThatThrownBy(() -> complete(runtime.start(ID)))
                .isInstanceOfSatisfying(OciRuntimeException.class, error -> assertThat(error.stderr())
                        .isIn("PATH", "PATH XDG_RUNTIME_DIR"));
    }

    @Test
    void binary_missingOrWritableByOthers_isNotCalled() throws IOException {
        Path script = Fixtures.script(directory, "exit 0");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxrwxrwx"));
        OciRuntime runtime = runtimeOf(script);

        assertThatThrownBy(() -> complete(runtime.start(ID)))
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessageContaining("writable by its owner alone");
        assertThatThrownBy(() -> complete(runtimeOf(Path.of("/no/such")).start(ID)))
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessageContaining("/no/such");
    }

    @Test
    void binaryOrRoot_belowADirectoryOfOthers_isNotUsed() throws IOException {
        Path open = Files.createDirectory(directory.resolve("open"));
        Path binary = Fixtures.script(Files.createDirectory(open.resolve("bin")), "exit 0");
        Path state = Files.createDirectory(open.resolve("state"));
        OciRuntime trusted = runtime("exit 0");
        RuntimeConfig inOpen = RuntimeConfig.builder(directory.resolve("runtime.sh"))
                .root(state)
                .temporaryDirectory(calls)
                .build();
        complete(OciRuntimes.runc(launcher, inOpen).start(ID));

        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));

        complete(trusted.start(ID));
        assertThatThrownBy(() -> complete(OciRuntimes.runc(launcher, inOpen).start(ID)))
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessageContaining("root of runc '" + state + "'");
        assertThatThrownBy(() -> complete(runtimeOf(binary).start(ID))).isInstanceOf(RuntimeUnavailableException.class);
    }

    @Test
    void binary_symbolicLink_isResolvedBeforeItIsCalled() throws IOException {
        Path script = Fixtures.script(directory, "echo $0 >&2; exit 1");
        String real = script.toRealPath().toString();
        Path link = Files.createSymbolicLink(directory.resolve("link"), script);

        assertThatThrownBy(() -> complete(runtimeOf(link).start(ID)))
                .isInstanceOfSatisfying(OciRuntimeException.class, error -> assertThat(error.stderr())
                        .isEqualTo(real));
    }

    @Test
    void failed_controlCharacters_areReplaced() throws IOException {
        FailedCommand failed = new FailedCommand(
                List.of("/bin/runc", "one\ntwo", "x".repeat(100)),
                ExitStatus.exited(1),
                "a\u001b[2Jb\n\tc\u009b",
                null);

        assertThat(failed.stderr()).isEqualTo("a?[2Jb\n\tc?");
        assertThat(failed.toString()).startsWith("/bin/runc one... " + "x".repeat(80) + "...: exit");
    }

    @Test
    void exec_cannotBeWatched_endsTheProcess() throws IOException {
        Path pidFile = directory.resolve("execution");
        String script = "for argument; do [ \"$before\" = --pid-file ] && file=$argument; before=$argument; done\n"
                + "case \" $* \" in\n"
                + "*' exec '*) sleep 600 < /dev/null > /dev/null 2>&1 & printf $! | tee " + pidFile
                + " > \"$file\" ;;\n"
                + "*' ps '*) echo \"[$(cat " + pidFile + ")]\" ;;\n"
                + "*) echo 'runc version 1.3.3' ;;\nesac";
        OciRuntime runtime =
                runtimeOf(new Unwatching(launcher, new AtomicBoolean()), Fixtures.script(directory, script));
        ExecOptions detached = ExecOptions.defaults().withDetached(true);

        assertThatThrownBy(() -> await(runtime.exec(ID, Fixtures.process("sleep 600"), detached)))
                .hasRootCauseMessage("too many open files");

        int pid = Integer.parseInt(Files.readString(pidFile).strip());
        awaitThat(Mono.fromSupplier(() -> ProcFiles.startTime(pid).isEmpty()), isGone -> isGone);
    }

    /** It tells its pid after the time limit, and before the time for that is over. */
    @Test
    void exec_detachedAndOutOfTimeBeforeItsPidIsTold_endsTheProcess() throws IOException {
        Duration limit = Duration.ofSeconds(1);

        assertThatThrownBy(() -> await(execute("sleep 1.5", limit))).isInstanceOf(RuntimeTimeoutException.class);

        awaitNothingLeft();
    }

    @Test
    void exec_detachedAndCancelledBeforeItsPidIsTold_endsTheProcess() throws IOException {
        StepVerifier.create(execute("sleep 0.5", Fixtures.TIMEOUT)
                        .takeUntilOther(isWritten(directory.resolve("execution"))))
                .expectComplete()
                .verify(Fixtures.TIMEOUT);

        awaitNothingLeft();
    }

    /** The runtime has begun the process when nobody here has the runtime yet. */
    @Test
    void exec_cancelledBeforeTheRuntimeIsHandedOver_endsTheProcess() throws IOException {
        StepVerifier.create(execute(new Hesitant(launcher), "true", Fixtures.TIMEOUT)
                        .takeUntilOther(isWritten(directory.resolve("execution"))))
                .expectComplete()
                .verify(Fixtures.TIMEOUT);

        awaitNothingLeft();
    }

    /** Another thread cancels when the runtime is handed over, and nobody has begun to wait for it yet. */
    @Test
    void exec_cancelledWhileTheRuntimeIsHandedOver_endsTheProcess() throws IOException {
        Sinks.Empty<Void> handOver = Sinks.empty();

        StepVerifier.create(execute(new Observed(launcher, handOver::tryEmitEmpty), "sleep 0.2", Fixtures.TIMEOUT)
                        .takeUntilOther(handOver.asMono()))
                .expectComplete()
                .verify(Fixtures.TIMEOUT);

        await(isWritten(directory.resolve("execution")));
        awaitNothingLeft();
    }

    /** Tells when a process is first asked for its exit. */
    private record Observed(ProcessLauncher launcher, Runnable whenAsked) implements ProcessLauncher {
        @Override
        public Mono<RunningProcess> launch(ProcessSpec spec) {
            return launcher.launch(spec).map(this::observe);
        }

        private RunningProcess observe(RunningProcess process) {
            return (RunningProcess) Proxy.newProxyInstance(
                    RunningProcess.class.getClassLoader(),
                    new Class<?>[] {RunningProcess.class},
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("exit")) {
                            whenAsked.run();
                        }
                        return method.invoke(process, arguments);
                    });
        }

        @Override
        public Mono<WatchedProcess> watch(int pid) {
            return launcher.watch(pid);
        }

        @Override
        public boolean isNative() {
            return launcher.isNative();
        }

        @Override
        public Mono<Void> disposeLater(Duration grace) {
            return launcher.disposeLater(grace);
        }
    }

    private void awaitNothingLeft() throws IOException {
        int pid = Integer.parseInt(
                Files.readString(directory.resolve("execution")).strip());
        awaitThat(Mono.fromSupplier(() -> ProcFiles.startTime(pid).isEmpty()), isGone -> isGone);
        awaitThat(Mono.fromCallable(() -> Fixtures.entries(calls).size()), left -> left == 0);
    }

    /** Executes a process that is told of when the runtime has done something else, after which it hangs. */
    private Mono<ContainerProcess> execute(String before, Duration limit) throws IOException {
        return execute(launcher, before, limit);
    }

    private Mono<ContainerProcess> execute(ProcessLauncher by, String before, Duration limit) throws IOException {
        Path pidFile = directory.resolve("execution");
        String script = "for argument; do [ \"$before\" = --pid-file ] && file=$argument; before=$argument; done\n"
                + "case \" $* \" in\n"
                + "*' exec '*) setsid sleep 600 < /dev/null > /dev/null 2>&1 & printf $! > " + pidFile + "; " + before
                + "; cp " + pidFile + " \"$file\"; exec sleep 600 ;;\n"
                + "*' ps '*) echo \"[$(cat " + pidFile + ")]\" ;;\n"
                + "*) echo 'runc version 1.3.3' ;;\nesac";
        RuntimeConfig.Builder config = RuntimeConfig.builder(Fixtures.script(directory, script))
                .root(directory.resolve("state"))
                .temporaryDirectory(calls);
        return OciRuntimes.runc(by, config.callTimeout(limit).build())
                .exec(ID, Fixtures.process("sleep 600"), ExecOptions.defaults().withDetached(true));
    }

    @Test
    void pause_helpFailedOnce_isAskedForAgain() throws IOException {
        Path asked = directory.resolve("asked");
        OciRuntime runtime = runtime("case \" $* \" in\n"
                + "' --help ') [ -e " + asked + " ] || { touch " + asked + "; echo 'cannot fork' >&2; exit 1; }\n"
                + "  echo '   pause  freezes' ;;\n"
                + "*' --version '*) echo 'runc version 1.3.3' ;;\n"
                + "*' state '*) echo '{\"id\":\"c1\",\"status\":\"running\",\"bundle\":\"/b\"}' ;;\nesac");

        assertThatThrownBy(() -> complete(runtime.pause(ID)))
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessage("whether runc 1.3.3 has pause and resume is not known: it failed when asked for help");
        complete(runtime.pause(ID));
        assertThatThrownBy(
                        () -> complete(runtime.update(ID, LinuxResources.none().withPidsLimit(1L))))
                .isInstanceOf(NotSupportedException.class);
    }

    /** Its state can be read once, and then no more, so that nobody can tell when it ends. */
    @Test
    void events_endCannotBeWaitedFor_failAndEndTheRuntime() throws IOException {
        Path asked = directory.resolve("asked");
        Path pidFile = directory.resolve("events.pid");
        Path script = Fixtures.script(
                directory,
                "case \" $* \" in\n"
                        + "*' state '*) until [ ! -e " + asked + " ] || [ -s " + pidFile + " ]; do sleep 0.05; done\n"
                        + "  [ ! -e " + asked + " ] || { echo 'no luck' >&2; exit 1; }\n"
                        + "  touch " + asked + "; echo '{\"id\":\"c1\",\"status\":\"running\",\"bundle\":\"/b\"}' ;;\n"
                        + "*' events '*) echo $$ > " + pidFile + "; exec sleep 600 ;;\n"
                        + "*' help '*) echo '   events  samples' ;;\n"
                        + "*) echo 'runsc version 1.0' ;;\nesac");
        OciRuntime runtime = OciRuntimes.runsc(
                launcher,
                RuntimeConfig.builder(script)
                        .root(directory.resolve("state"))
                        .temporaryDirectory(calls)
                        .build());

        assertThatThrownBy(
                        () -> complete(runtime.events(ID, Duration.ofSeconds(1)).then()))
                .isInstanceOf(CommandFailedException.class)
                .hasMessageContaining("no luck");

        int pid = Integer.parseInt(Files.readString(pidFile).strip());
        awaitThat(Mono.fromSupplier(() -> ProcFiles.startTime(pid).isEmpty()), isGone -> isGone);
        awaitThat(Mono.fromCallable(() -> Fixtures.entries(calls).size()), left -> left == 0);
    }

    /** Hands a process over a while after it was started, and ends it if nobody waits for that. */
    private record Hesitant(ProcessLauncher launcher) implements ProcessLauncher {
        @Override
        public Mono<RunningProcess> launch(ProcessSpec spec) {
            return launcher.launch(spec).flatMap(process -> Mono.delay(Duration.ofMillis(200))
                    .thenReturn(process)
                    .doOnCancel(() -> process.release().subscribe()));
        }

        @Override
        public Mono<WatchedProcess> watch(int pid) {
            return launcher.watch(pid);
        }

        @Override
        public boolean isNative() {
            return launcher.isNative();
        }

        @Override
        public Mono<Void> disposeLater(Duration grace) {
            return launcher.disposeLater(grace);
        }
    }

    /** Has no descriptor left, once. */
    private record Unwatching(ProcessLauncher launcher, AtomicBoolean hasFailed) implements ProcessLauncher {
        @Override
        public Mono<RunningProcess> launch(ProcessSpec spec) {
            return launcher.launch(spec);
        }

        @Override
        public Mono<WatchedProcess> watch(int pid) {
            return hasFailed.compareAndSet(false, true)
                    ? Mono.error(new ProcessException("too many open files", null))
                    : launcher.watch(pid);
        }

        @Override
        public boolean isNative() {
            return launcher.isNative();
        }

        @Override
        public Mono<Void> disposeLater(Duration grace) {
            return launcher.disposeLater(grace);
        }
    }

    private OciRuntime runtime(String script) throws IOException {
        return runtimeOf(Fixtures.script(directory, script));
    }

    private OciRuntime runtimeOf(Path binary) {
        return runtimeOf(launcher, binary);
    }

    private OciRuntime runtimeOf(ProcessLauncher launcher, Path binary) {
        return OciRuntimes.runc(launcher, config(binary).build());
    }

    private RuntimeConfig.Builder config(Path binary) {
        return RuntimeConfig.builder(binary).root(directory.resolve("state")).temporaryDirectory(calls);
    }

    private static Mono<Boolean> isWritten(Path file) {
        return Mono.fromCallable(() -> Files.exists(file) && Files.size(file) > 0)
                .filter(isWritten -> isWritten)
                .repeatWhenEmpty(empty -> empty.delayElements(Duration.ofMillis(10)));
    }
}
