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

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ConsoleSize;
import io.runflux.oci.ContainerStatus;
import io.runflux.oci.LinuxResources;
import io.runflux.oci.OciProcess;
import io.runflux.oci.Spec;
import io.runflux.process.ProcessGroup;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import io.runflux.process.Stdio;
import io.runflux.process.TerminalSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Detached processes, terminals and further descriptors, and what the host runtime does not have. */
class HostRuntimeOptionsTest {
    private static final ContainerId ID = ContainerId.of("c1");
    private static final CreateOptions QUIET = CreateOptions.defaults();
    private static final ExecOptions DETACHED = ExecOptions.defaults().withDetached(true);
    private static final ContainerStdio TERMINAL = ContainerStdio.terminal(new TerminalSize(33, 111));
    private static final DeleteOptions FORCE = DeleteOptions.defaults().withForce(true);
    private static final String SLEEP = "exec sleep 600";

    private final ProcessLauncher launcher = ProcessLauncher.create();
    private Path directory;
    private OciRuntime runtime;

    @BeforeEach
    void makeRuntime(@TempDir Path temporary) {
        directory = temporary;
        runtime = OciRuntimes.host(launcher, HostRuntimeConfig.defaults().withRoot(directory.resolve("state")));
    }

    @AfterEach
    void disposeOfLauncher() {
        launcher.disposeLater(Duration.ZERO).block(Fixtures.TIMEOUT);
    }

    @Test
    void runDetached_ended_isLeftForItsOwner() {
        ContainerProcess process = await(runtime.run(ID, bundle(directory, shell("exit 5")), QUIET.withDetached(true)));

        assertThat(await(process.exit())).isEqualTo(ExitStatus.exited(5));

        assertThat(await(runtime.process(ID, process.pid()))).isSameAs(process);
        complete(process.release());
        awaitThat(runtime.state(ID), state -> state.status() == ContainerStatus.STOPPED);
        complete(runtime.delete(ID, DeleteOptions.defaults()));
    }

    @Test
    void runAttached_idReused_leavesTheNewOneAlone() {
        ContainerProcess first = await(runtime.run(ID, bundle(directory, shell(SLEEP)), QUIET));
        complete(runtime.delete(ID, FORCE));
        ContainerProcess second = started();

        assertThat(await(first.exit())).isEqualTo(ExitStatus.signaled(Signal.KILL));
        complete(first.release());

        assertThat(await(runtime.state(ID)).status()).isEqualTo(ContainerStatus.RUNNING);
        assertThat(await(runtime.process(ID, second.pid()))).isSameAs(second);
        complete(runtime.delete(ID, FORCE));
        complete(second.release());
    }

    @Test
    void execDetached_released_goesOnUntilTheDeletion() {
        ContainerProcess init = started();
        ContainerProcess exec = exec(SLEEP, DETACHED.withStdio(ContainerStdio.pipes()));

        complete(exec.release());

        assertThat(await(runtime.ps(ID).collectList())).containsExactlyInAnyOrder(init.pid(), exec.pid());
        complete(runtime.delete(ID, FORCE));
        assertThat(ProcFiles.startTime(exec.pid())).isEmpty();
        assertThat(await(exec.exit())).isEqualTo(ExitStatus.signaled(Signal.KILL));
        complete(init.release());
    }

    @Test
    void execDetached_endedAndReleased_isLetGoOfByTheNext() {
        HostExecutions executions = new HostExecutions(new HostSignals(launcher));
        HostProcess first = execution("exit 0");
        complete(executions.add(first));
        await(first.exit());
        HostProcess second = execution(SLEEP);
        complete(executions.add(second));
        assertThat(first.isGone()).isFalse();
        complete(Mono.when(first.release(), second.release()));

        HostProcess third = execution(SLEEP);
        complete(executions.add(third));

        assertThat(first.isGone()).isTrue();
        assertThat(await(executions.running("token").collectList())).containsExactly(second, third);
        complete(executions.end("token"));
        assertThat(await(executions.running("token").collectList())).isEmpty();
        assertThat(second.isGone()).isTrue();
        complete(third.release());
        assertThat(third.isGone()).isTrue();
    }

    /** A deletion ends twice what was executed, for the sake of what is added between. */
    @Test
    void end_anotherIsAddedMeanwhile_leavesItToTheNextEnd() {
        HostExecutions executions = new HostExecutions(new HostSignals(launcher));
        HostProcess first = execution(SLEEP);
        HostProcess second = execution(SLEEP);
        complete(executions.add(first));
        Mono<Void> added = first.exit().then(executions.add(second)).cache();
        Disposable adding = added.subscribe();

        complete(executions.end("token"));

        complete(added);
        assertThat(await(executions.running("token").collectList())).containsExactly(second);
        complete(executions.end("token"));
        assertThat(await(second.exit())).isEqualTo(ExitStatus.signaled(Signal.KILL));
        complete(Mono.when(first.release(), second.release()));
        adding.dispose();
    }

    @Test
    void execAndDelete_race_leavesNothing() {
        for (int i = 0; i < 10; i++) {
            ContainerProcess init = started();
            Mono<ExitStatus> end = runtime.exec(ID, Fixtures.process(SLEEP), DETACHED)
                    .flatMap(ContainerProcess::exit)
                    .onErrorReturn(OciRuntimeException.class, ExitStatus.signaled(Signal.KILL));

            Mono<Boolean> deleted = runtime.delete(ID, FORCE).thenReturn(true);

            assertThat(await(end.zipWith(deleted)).getT1()).isEqualTo(ExitStatus.signaled(Signal.KILL));
            complete(init.release());
        }
    }

    @Test
    void terminal_created_hasTheSizeThatWasGivenAndIsResized() {
        ContainerProcess process =
                await(runtime.create(ID, terminalBundle("stty size; read x; stty size"), QUIET.withStdio(TERMINAL)));
        complete(runtime.start(ID));
        Sinks.Empty<Void> asked = Sinks.empty();
        Mono<String> said = process.stdout()
                .asString()
                .scan("", String::concat)
                .doOnNext(text -> emitIf(text.contains("33 111"), asked))
                .last();
        Mono<Void> answer =
                asked.asMono().then(process.resize(new TerminalSize(44, 99))).then(typed(process));

        String output = await(Fixtures.textWhile(said, answer.onErrorComplete()));

        assertThat(output).contains("33 111").contains("44 99");
        assertThat(await(process.exit())).isEqualTo(ExitStatus.exited(0));
        complete(runtime.delete(ID, FORCE));
        complete(process.release());
    }

    @Test
    void terminal_runAndExec_isOne() {
        ContainerProcess run = await(runtime.run(ID, terminalBundle("test -t 0 && tty"), QUIET.withStdio(TERMINAL)));
        assertThat(await(text(run.stdout()))).startsWith("/dev/pts/");
        await(run.exit());
        complete(run.release());
        ContainerProcess init = started();
        ContainerProcess exec = exec("stty size", ExecOptions.defaults().withStdio(TERMINAL));

        assertThat(await(text(exec.stdout()))).isEqualTo("33 111\r\n");
        assertThat(await(exec.exit())).isEqualTo(ExitStatus.exited(0));
        complete(Mono.when(exec.release(), runtime.delete(ID, FORCE)));
        complete(init.release());
    }

    @Test
    void release_terminalOfACreated_hangsUp() {
        ContainerProcess process = await(runtime.create(ID, terminalBundle(SLEEP), QUIET.withStdio(TERMINAL)));
        complete(runtime.start(ID));

        complete(process.release());

        assertThat(await(process.exit())).isEqualTo(ExitStatus.signaled(Signal.parse("HUP")));
        complete(runtime.delete(ID, FORCE));
    }

    @Test
    void terminal_notInTheBundle_isRefused() {
        Path bundle = bundle(directory, shell("exit 0"));

        for (Mono<ContainerProcess> start : List.of(
                runtime.create(ID, bundle, QUIET.withStdio(TERMINAL)),
                runtime.run(ID, bundle, QUIET.withStdio(TERMINAL)))) {
            assertThatThrownBy(() -> await(start))
                    .isInstanceOf(InvalidBundleException.class)
                    .hasMessageContaining("process.terminal is not true, and a terminal is asked for");
        }
        assertThat(await(runtime.exists(ID))).isFalse();
    }

    @Test
    void resize_noTerminal_isRefused() {
        ContainerProcess init = started();

        assertThatThrownBy(() -> complete(init.resize(new TerminalSize(1, 1))))
                .isInstanceOf(IllegalStateException.class);

        complete(runtime.delete(ID, FORCE));
        complete(init.release());
    }

    @Test
    void descriptors_createAndExec_arePassed() throws IOException {
        List<Stdio> files = List.of(
                Stdio.readFrom(Files.writeString(directory.resolve("three"), "three")),
                Stdio.readFrom(Files.writeString(directory.resolve("four"), "four")));
        ContainerProcess run = await(runtime.run(
                ID,
                bundle(directory, shell("cat <&3; cat <&4")),
                QUIET.withStdio(ContainerStdio.outputPipes()).withDescriptors(files)));
        assertThat(await(text(run.stdout()))).isEqualTo("threefour");
        await(run.exit());
        complete(run.release());
        ContainerProcess init = started();

        ContainerProcess exec = exec(
                "cat <&4",
                ExecOptions.defaults().withStdio(ContainerStdio.outputPipes()).withDescriptors(files));

        assertThat(await(text(exec.stdout()))).isEqualTo("four");
        complete(Mono.when(exec.release(), runtime.delete(ID, FORCE)));
        complete(init.release());
    }

    @Test
    void spec_any_isOneToBeginWith() {
        Spec spec = await(runtime.spec());

        assertThat(requireNonNull(spec.root()).path()).isEqualTo("rootfs");
        assertThat(requireNonNull(spec.process()).args()).containsExactly("sh");
    }

    @Test
    void info_features_areThoseThatItHas() {
        assertThat(await(runtime.info()).features())
                .containsExactlyInAnyOrder(
                        RuntimeFeature.SPEC,
                        RuntimeFeature.KILL_ALL,
                        RuntimeFeature.KILL_PROCESS,
                        RuntimeFeature.KILL_PROCESS_GROUP,
                        RuntimeFeature.TERMINAL,
                        RuntimeFeature.PRESERVE_FDS);
    }

    @Test
    void notSupported_everyOne_saysSo() {
        Path bundle = bundle(directory, shell("exit 0"));
        Map<String, Publisher<?>> operations = Map.of(
                "pause and resume", Flux.concat(runtime.pause(ID), runtime.resume(ID)),
                "update", runtime.update(ID, LinuxResources.none()),
                "stats", runtime.stats(ID),
                "events", runtime.events(ID, Duration.ofSeconds(1)),
                "a table of processes", runtime.top(ID, List.of()),
                "features", runtime.features(),
                "checkpoint", runtime.checkpoint(ID, CheckpointOptions.to(directory)),
                "restore", runtime.restore(ID, bundle, RestoreOptions.from(directory)),
                "user-log", runtime.run(ID, bundle, QUIET.withUserLog(directory.resolve("log"))));

        operations.forEach((words, operation) -> assertThatThrownBy(
                        () -> Flux.from(operation).blockLast(Fixtures.TIMEOUT))
                .isInstanceOf(NotSupportedException.class)
                .hasMessage(words + " is not supported by the host runtime"));
    }

    private ContainerProcess started() {
        ContainerProcess init = await(runtime.create(ID, bundle(directory, shell(SLEEP)), QUIET));
        complete(runtime.start(ID));
        return init;
    }

    private ContainerProcess exec(String script, ExecOptions options) {
        return await(runtime.exec(ID, Fixtures.process(script), options));
    }

    private HostProcess execution(String script) {
        ProcessSpec spec = ProcessSpec.program(Path.of("/bin/sh"))
                .arguments("-c", script)
                .group(ProcessGroup.NEW_SESSION)
                .build();
        HostSignals signals = new HostSignals(launcher);
        HostContainers containers = new HostContainers(new HostStore(directory), new ProcessRecords());
        HostEnds ends = new HostEnds(containers, new HostExecutions(signals), signals);
        HostProcess process = new HostProcess(ID, "token", spec, ends, released -> {});
        process.started(await(launcher.launch(spec)));
        return process;
    }

    private Path terminalBundle(String script) {
        return bundle(directory, shell(script), spec -> spec.withProcess(withTerminal(requireNonNull(spec.process()))));
    }

    private static OciProcess withTerminal(OciProcess process) {
        return process.withTerminal(true)
                .withEnv(List.of("PATH=/bin:/usr/bin"))
                .withConsoleSize(new ConsoleSize(1, 2, Map.of()));
    }

    private static Mono<Void> typed(ContainerProcess process) {
        ByteBuf line = Unpooled.copiedBuffer("x\n", StandardCharsets.UTF_8);
        return process.send(Flux.concat(Mono.just(line), Mono.never()));
    }

    private static void emitIf(boolean isTime, Sinks.Empty<Void> sink) {
        if (isTime) {
            sink.tryEmitEmpty();
        }
    }
}
