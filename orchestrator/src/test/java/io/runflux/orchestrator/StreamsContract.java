// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.runflux.events.EventFilter;
import io.runflux.events.ExecId;
import io.runflux.events.ExitStatus;
import io.runflux.events.RuntimeEvent.ExecStarted;
import io.runflux.events.RuntimeEvent.Started;
import io.runflux.events.Signal;
import io.runflux.events.SubscribeOptions;
import io.runflux.events.Topic;
import io.runflux.oci.OciProcess;
import io.runflux.oci.Rlimit;
import io.runflux.oci.Spec;
import io.runflux.oci.SpecDefaults;
import io.runflux.oci.User;
import io.runflux.process.TerminalSize;
import io.runflux.runtime.ContainerNotRunningException;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.ContainerStdio;
import io.runflux.runtime.NotSupportedException;
import io.runflux.runtime.ProgramNotFoundException;
import io.runflux.runtime.RestoreOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** What is done with the streams of a container, and of further processes in it. */
interface StreamsContract extends ContractStage {
    int LINES = 20_000;

    private static ContainerStreams streams(ContainerStdio stdio, Function<ContainerProcess, Mono<Void>> work) {
        return new RelayedStreams(stdio, work);
    }

    private static ByteArrayInputStream input(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ByteArrayOutputStream output) {
        return output.toString(StandardCharsets.UTF_8);
    }

    /** Waits for the first event of a kind, which may have been published already. */
    private <E> E awaitEvent(Topic topic, Class<E> kind) {
        SubscribeOptions options =
                SubscribeOptions.defaults().from(1).withFilter(EventFilter.all().withTopics(topic.path()));
        return kind.cast(await(engine().events(options).next()).event());
    }

    private void awaitNothingLeft() {
        SubscribeOptions options =
                SubscribeOptions.defaults().from(1).withFilter(EventFilter.all().withTopics(Topic.DELETE.path()));
        await(engine().events(options).next());
    }

    @Test
    default void run_output_isCopiedToItsEnd() {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        RunRequest request = runRequest("seq 0 " + (LINES - 1) + "; echo oops >&2; exit 3")
                .withStreams(ContainerStreams.copyTo(output, errors));

        RunReport report = await(orchestrator().run(request));

        String expected = IntStream.range(0, LINES).mapToObj(i -> i + "\n").collect(Collectors.joining());
        assertThat(text(output)).isEqualTo(expected);
        assertThat(text(errors)).isEqualTo("oops\n");
        assertThat(report.id()).isEqualTo(ID);
        assertThat(report.status()).isEqualTo(ExitStatus.exited(3));
        assertThat(report.isDrained()).isTrue();
        assertThat(report.duration()).isPositive();
    }

    @Test
    default void run_noStreams_tellsHowItEnded() {
        assertThat(await(orchestrator().run(runRequest("echo nobody reads; exit 4")))
                        .status())
                .isEqualTo(ExitStatus.exited(4));
    }

    @Test
    default void run_input_reachesTheProcessWithItsEnd() {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        String typed = "to and fro\n".repeat(20_000);
        RunRequest request = runRequest("cat").withStreams(ContainerStreams.copy(input(typed), output, output));

        assertThat(await(orchestrator().run(request)).status()).isEqualTo(ExitStatus.exited(0));

        assertThat(text(output)).isEqualTo(typed);
    }

    @Test
    default void run_inputThatNobodyWants_doesNotMatter() {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        RunRequest request = runRequest("exec <&-; echo deaf; exit 5")
                .withStreams(ContainerStreams.copy(input("x".repeat(300_000)), output, output));

        assertThat(await(orchestrator().run(request)).status()).isEqualTo(ExitStatus.exited(5));
        assertThat(text(output)).isEqualTo("deaf\n");
    }

    @Test
    default void run_onTerminal_isOneOutputWhoseSizeFollows() {
        Sinks.One<TerminalSize> later = Sinks.one();
        ByteArrayOutputStream output = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes, int offset, int length) {
                super.write(bytes, offset, length);
                later.tryEmitValue(new TerminalSize(33, 111));
            }
        };
        String script = "trap 'stty size; exit 4' WINCH; stty size >&2; while :; do sleep 0.02; done";
        RunRequest request = runRequest(script)
                .withStreams(ContainerStreams.copyTo(output, OutputStream.nullOutputStream())
                        .onTerminal(new TerminalSize(24, 80), later.asMono().flux()));

        assertThat(await(orchestrator().run(request)).status()).isEqualTo(ExitStatus.exited(4));

        assertThat(text(output)).isEqualTo("24 80\r\n33 111\r\n");
    }

    @Test
    default void run_readerThatDoesNotRead_hasTheContainerWait() {
        Sinks.Empty<Void> readOn = Sinks.empty();
        ContainerStreams slow = streams(ContainerStdio.outputPipes(), process -> process.stdout()
                .asByteArray()
                .concatMap(bytes -> readOn.asMono().thenReturn(bytes.length), 1)
                .reduce(0L, Long::sum)
                .doOnNext(total -> assertThat(total).isEqualTo(32L << 20))
                .then());
        Path done = directory().resolve("done");
        Mono<RunReport> run = orchestrator()
                .run(runRequest("head -c 32M /dev/zero; touch " + done).withStreams(slow));

        StepVerifier.create(Flux.merge(
                        run.map(RunReport::status),
                        Mono.delay(Duration.ofMillis(300)).flatMap(tick -> {
                            assertThat(done).doesNotExist();
                            readOn.tryEmitEmpty();
                            return Mono.empty();
                        })))
                .expectNext(ExitStatus.exited(0))
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    default void run_oneStreamIsReadAfterTheOther_bothArrive() {
        Sinks.One<String> errors = Sinks.one();
        ContainerStreams inTurn = streams(ContainerStdio.outputPipes(), process -> process.stdout()
                .then(process.stderr().aggregate().asString())
                .doOnNext(errors::tryEmitValue)
                .then());

        await(orchestrator()
                .run(runRequest("echo first >&2; seq 5000; echo last >&2").withStreams(inTurn)));

        assertThat(errors.asMono().block(LIMIT)).isEqualTo("first\nlast\n");
    }

    @Test
    default void run_streamsFail_isToldWhenNothingIsLeft() {
        IllegalArgumentException noLuck = new IllegalArgumentException("no luck");
        ContainerStreams failing = streams(
                ContainerStdio.outputPipes(), process -> process.stdout().next().then(Mono.error(noLuck)));
        RunRequest request = runRequest("echo up; exec sleep 60").withStreams(failing);

        assertThat(failure(orchestrator().run(request))).isSameAs(noLuck);

        assertThat(await(engine().list().collectList())).isEmpty();
    }

    @Test
    default void run_timeLimit_isToldWhenNothingIsLeft() {
        RunRequest request = runRequest("exec sleep 60").withTimeout(Duration.ofMillis(100));

        assertThat(failure(orchestrator().run(request)))
                .isInstanceOf(RunTimeoutException.class)
                .hasMessage("container " + ID + " ran longer than 0.1s and was stopped");
        assertThat(await(engine().list().collectList())).isEmpty();
    }

    @Test
    default void run_timeLimitAndNobodyReads_isToldWhenNothingIsLeft() {
        RunRequest request = runRequest("exec yes")
                .withTimeout(Duration.ofMillis(100))
                .withStreams(streams(ContainerStdio.outputPipes(), process -> Mono.never()));

        assertThat(failure(orchestrator().run(request)))
                .isInstanceOf(RunTimeoutException.class)
                .hasMessage("container " + ID + " ran longer than 0.1s and was stopped");
        assertThat(await(engine().list().collectList())).isEmpty();
    }

    @Test
    default void run_timeLimitWhileMuchIsRead_cutsTheWorkOff() {
        Sinks.Empty<Void> cutOff = Sinks.empty();
        ContainerStreams endless = streams(
                ContainerStdio.outputPipes(),
                process -> process.stdout().then(Mono.<Void>never()).doOnCancel(cutOff::tryEmitEmpty));
        RunRequest request =
                runRequest("exec yes").withTimeout(Duration.ofMillis(100)).withStreams(endless);

        assertThat(failure(orchestrator().run(request))).isInstanceOf(RunTimeoutException.class);
        cutOff.asMono().block(LIMIT);
    }

    @Test
    default void run_cancelled_killsAndLeavesNothing() {
        RunRequest request = runRequest("exec sleep 60").withGracePeriod(Duration.ZERO);
        Disposable run = orchestrator().run(request).subscribe();
        Started started = awaitEvent(Topic.START, Started.class);

        run.dispose();
        awaitNothingLeft();

        assertThat(Path.of("/proc/" + started.pid())).doesNotExist();
    }

    @Test
    default void run_somethingHoldsTheOutput_reportsAfterTheDrainTimeout() {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        RunRequest request = runRequest("sleep 1 & echo out; exit 3")
                .withDrainTimeout(Duration.ofMillis(100))
                .withStreams(ContainerStreams.copyTo(output, output));

        RunReport report = await(orchestrator().run(request));

        assertThat(report.status()).isEqualTo(ExitStatus.exited(3));
        assertThat(report.isDrained()).isFalse();
        assertThat(text(output)).isEqualTo("out\n");
    }

    @Test
    default void run_workThatDoesNotEnd_isCutOffAfterTheDrainTimeout() {
        ContainerStreams endless = streams(ContainerStdio.nullDevice(), process -> Mono.never());
        RunRequest request =
                runRequest("exit 3").withDrainTimeout(Duration.ofMillis(100)).withStreams(endless);

        RunReport report = await(orchestrator().run(request));

        assertThat(report.status()).isEqualTo(ExitStatus.exited(3));
        assertThat(report.isDrained()).isFalse();
    }

    @Test
    default void run_noSuchProgram_saysWhich() {
        RunRequest request = RunRequest.rootfs(ID, Path.of("/"), List.of("/no/such/program"));

        assertThat(failure(orchestrator().run(request)))
                .isInstanceOf(ProgramNotFoundException.class)
                .hasMessageContaining("/no/such/program");
    }

    @Test
    default void exec_streams_areItsOwn() {
        launch();
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        ExecRequest request = execRequest("read line; echo got $line; echo bad >&2; exit 7")
                .withExecId(new ExecId("e1"))
                .withStreams(ContainerStreams.copy(input("this\n"), output, errors));

        ExecReport report = await(orchestrator().exec(request));

        assertThat(report.id()).isEqualTo(ID);
        assertThat(report.execId()).isEqualTo(new ExecId("e1"));
        assertThat(report.status()).isEqualTo(ExitStatus.exited(7));
        assertThat(report.isDrained()).isTrue();
        assertThat(text(output)).isEqualTo("got this\n");
        assertThat(text(errors)).isEqualTo("bad\n");
    }

    @Test
    default void exec_command_isAsTheContainersOwnProcessAndWhatIsAsked() {
        await(orchestrator().launch(LaunchRequest.spec(ID, specOfOwn())));
        ExecRequest request = execRequest("echo $MODE $NAME $PWD $(ulimit -n)");

        assertThat(output(request)).isEqualTo("fast web /usr 333\n");
        assertThat(output(request.withEnvironment(List.of("MODE=slow")))).isEqualTo("slow web /usr 333\n");
        assertThat(output(ExecRequest.of(
                        ID,
                        ExecProcess.Command.of(command("echo $NAME $PWD; id -u"))
                                .withCwd("/tmp")
                                .withUser(User.of(0, 0)))))
                .isEqualTo("web /tmp\n0\n");
    }

    @Test
    default void exec_wholeProcess_takesNothingFromTheContainers() {
        await(orchestrator().launch(LaunchRequest.spec(ID, specOfOwn())));
        OciProcess whole = OciProcess.of(command("echo $MODE-$NAME-$PWD-$A")).withEnv(List.of("A=b"));

        assertThat(output(ExecRequest.of(ID, whole))).isEqualTo("--/-b\n");
    }

    private static Spec specOfOwn() {
        Spec spec = SpecDefaults.defaults().generate(Path.of("/"), List.of("sleep", "60"));
        OciProcess own = Objects.requireNonNull(spec.process())
                .withAddedEnv(List.of("MODE=fast", "NAME=web"))
                .withCwd("/usr")
                .withRlimits(List.of(Rlimit.of("RLIMIT_NOFILE", 333, 333)));
        return spec.withProcess(own);
    }

    private String output(ExecRequest request) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ContainerStreams streams = ContainerStreams.copyTo(output, OutputStream.nullOutputStream());
        assertThat(await(orchestrator().exec(request.withStreams(streams))).status())
                .isEqualTo(ExitStatus.exited(0));
        return text(output);
    }

    @Test
    default void run_fromAnImage_asksTheRuntimeToRestore() {
        runtime().play("restore", Mono.error(new NotSupportedException("restore", "a test")));
        RestoreOptions options =
                RestoreOptions.from(directory().resolve("image")).withLazyPages(true);

        assertThat(failure(orchestrator().run(runRequest("exit 0").withImage(options))))
                .isInstanceOf(NotSupportedException.class);

        assertThat(runtime().given()).last().isInstanceOfSatisfying(RestoreOptions.class, given -> assertThat(
                        given.withCreate(options.create()))
                .isEqualTo(options));
    }

    @Test
    default void exec_manyAtOnce_eachEndsWithItsOwnCode() {
        launch();

        List<Integer> codes = Flux.range(0, 30)
                .flatMap(i -> orchestrator().exec(execRequest("exit " + i)), 30)
                .map(report -> report.status().code())
                .sort()
                .collectList()
                .blockOptional(LIMIT)
                .orElseThrow();

        assertThat(codes).isEqualTo(IntStream.range(0, 30).boxed().toList());
    }

    @Test
    default void exec_timeLimit_isToldWhenItIsKilled() {
        launch();
        ExecRequest request =
                execRequest("exec sleep 60").withExecId(new ExecId("e1")).withTimeout(Duration.ofMillis(100));

        assertThat(failure(orchestrator().exec(request)))
                .isInstanceOf(RunTimeoutException.class)
                .hasMessage("process e1 of container " + ID + " ran longer than 0.1s and was killed");
        assertThat(Path.of("/proc/"
                        + awaitEvent(Topic.EXEC_STARTED, ExecStarted.class).pid()))
                .doesNotExist();
    }

    @Test
    default void exec_timeLimitAndNobodyReads_isToldWhenItIsKilled() {
        launch();
        ExecRequest request = execRequest("exec yes")
                .withExecId(new ExecId("e1"))
                .withTimeout(Duration.ofMillis(100))
                .withStreams(streams(ContainerStdio.outputPipes(), process -> Mono.never()));

        assertThat(failure(orchestrator().exec(request)))
                .isInstanceOf(RunTimeoutException.class)
                .hasMessage("process e1 of container " + ID + " ran longer than 0.1s and was killed");
        assertThat(Path.of("/proc/"
                        + awaitEvent(Topic.EXEC_STARTED, ExecStarted.class).pid()))
                .doesNotExist();
    }

    @Test
    default void exec_cancelled_isKilled() {
        launch();
        Disposable exec = orchestrator().exec(execRequest("exec sleep 60")).subscribe();
        ExecStarted started = awaitEvent(Topic.EXEC_STARTED, ExecStarted.class);

        exec.dispose();
        awaitNothingLeft();

        assertThat(Path.of("/proc/" + started.pid())).doesNotExist();
    }

    @Test
    default void exec_noSuchProgram_saysWhich() {
        launch();

        assertThat(failure(orchestrator().exec(ExecRequest.of(ID, List.of("/no/such/program")))))
                .isInstanceOf(ProgramNotFoundException.class)
                .hasMessageContaining("/no/such/program");
    }

    @Test
    default void exec_stopped_isRefused() {
        await(orchestrator().launch(request("exit 0")));
        await(orchestrator().waitFor(ID));

        assertThat(failure(orchestrator().exec(execRequest("exit 0"))))
                .isInstanceOf(ContainerNotRunningException.class);
    }

    @Test
    default void attach_beforeTheStart_getsAllOfTheOutputAndTheStatus() {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        await(orchestrator().create(request("echo hello; echo bad >&2; exit 3")));
        StepVerifier attached = StepVerifier.create(orchestrator().attach(ID, ContainerStreams.copyTo(output, errors)))
                .expectNext(ExitStatus.exited(3))
                .expectComplete()
                .verifyLater();
        awaitAttached();

        await(orchestrator().start(ID));

        attached.verify(LIMIT);
        assertThat(text(output)).isEqualTo("hello\n");
        assertThat(text(errors)).isEqualTo("bad\n");
    }

    private void awaitAttached() {
        await(Mono.defer(() -> engine().inspect(ID))
                .map(ContainerDetails::attached)
                .filter(count -> count > 0)
                .repeatWhenEmpty(again -> again.delayElements(Duration.ofMillis(5))));
    }

    @Test
    default void attach_whatIsTyped_isInputOfTheContainerAndLeavingLeavesItAlone() {
        await(orchestrator()
                .launch(request("read first; read second; test \"$first $second\" = 'one two'; exit $?")
                        .withStreams(LaunchStreams.none().withInput(true))));

        assertThat(orchestrator().attach(ID, typing("one\n")).blockOptional(LIMIT))
                .isEmpty();
        orchestrator().attach(ID, typing("two\n")).block(LIMIT);

        assertThat(await(orchestrator().waitFor(ID))).isEqualTo(ExitStatus.exited(0));
    }

    private static ContainerStreams typing(String text) {
        return streams(
                ContainerStdio.pipes(),
                process -> process.send(Mono.fromSupplier(() -> Unpooled.copiedBuffer(text, StandardCharsets.UTF_8))));
    }

    @Test
    default void attach_noInputIsTaken_isRefusedToWhoSends() {
        launch();
        ContainerStreams sender = streams(ContainerStdio.pipes(), process -> process.send(
                        Mono.fromSupplier(() -> Unpooled.copiedBuffer("x", StandardCharsets.UTF_8)))
                .then(process.drained()));

        assertThat(failure(orchestrator().attach(ID, sender)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("container " + ID + " takes no input of those who are attached");
    }

    @Test
    default void attach_cancelled_leavesTheContainerAlone() {
        launch();
        Disposable attached = orchestrator()
                .attach(ID, ContainerStreams.copyTo(OutputStream.nullOutputStream(), OutputStream.nullOutputStream()))
                .subscribe();
        awaitAttached();

        attached.dispose();
        await(Mono.defer(() -> engine().inspect(ID))
                .filter(details -> details.attached() == 0)
                .repeatWhenEmpty(again -> again.delayElements(Duration.ofMillis(5))));

        assertThat(await(orchestrator().stop(ID, StopOptions.defaults()))).isEqualTo(ExitStatus.signaled(Signal.TERM));
    }

    @Test
    default void attach_ended_tellsTheStatusAndNoOutput() {
        await(orchestrator().launch(request("echo gone; exit 6")));
        await(orchestrator().waitFor(ID));
        ByteArrayOutputStream output = new ByteArrayOutputStream();

        ExitStatus status = await(orchestrator().attach(ID, ContainerStreams.copyTo(output, output)));

        assertThat(status).isEqualTo(ExitStatus.exited(6));
        assertThat(text(output)).isEmpty();
    }
}
