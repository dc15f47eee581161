// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.EventEnvelope;
import io.runflux.events.EventFilter;
import io.runflux.events.ExitStatus;
import io.runflux.events.RuntimeEvent.Started;
import io.runflux.events.SubscribeOptions;
import io.runflux.events.Topic;
import io.runflux.process.TerminalSize;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What a run does on every real runtime. */
interface RunContract {
    Duration LIMIT = Duration.ofSeconds(60);
    ContainerId ID = ContainerId.of("rf-contract-" + ProcessHandle.current().pid());

    EmbeddedOrchestrator orchestrator();

    /** A request to run a script of the shell in a root that the runtime can use. */
    RunRequest request(ContainerId id, String script);

    /** What the runs that ended have left on disk, in mounts or in control groups. */
    List<String> left();

    int manyRuns();

    int inFlight();

    default RunReport await(RunRequest request) {
        return orchestrator().run(request).blockOptional(LIMIT).orElseThrow();
    }

    default List<Topic> topics() {
        orchestrator().eventStream().dispose();
        return orchestrator()
                .events(SubscribeOptions.defaults().from(1))
                .map(EventEnvelope::topic)
                .collectList()
                .blockOptional(LIMIT)
                .orElseThrow();
    }

    @Test
    default void run_output_isCopiedToItsEnd() {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        String script = "i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done; echo oops >&2; exit 3";

        RunReport report = await(request(ID, script).withStreams(ContainerStreams.copyTo(output, errors)));

        String expected =
                IntStream.range(0, 2000).mapToObj(i -> "line " + i + "\n").reduce("", String::concat);
        assertThat(output.toString(StandardCharsets.UTF_8)).isEqualTo(expected);
        assertThat(errors.toString(StandardCharsets.UTF_8)).isEqualTo("oops\n");
        assertThat(report.status()).isEqualTo(ExitStatus.exited(3));
        assertThat(report.isDrained()).isTrue();
        assertThat(topics()).containsExactly(Topic.CREATE, Topic.START, Topic.EXIT, Topic.DELETE);
        assertThat(left()).isEmpty();
    }

    @Test
    default void run_input_reachesTheProcess() {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        byte[] input = "to and fro\n".getBytes(StandardCharsets.UTF_8);

        RunReport report = await(
                request(ID, "cat").withStreams(ContainerStreams.copy(new ByteArrayInputStream(input), output, output)));

        assertThat(output.toByteArray()).isEqualTo(input);
        assertThat(report.status()).isEqualTo(ExitStatus.exited(0));
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
        String script = "trap 'stty size; exit 4' WINCH; stty size >&2; while :; do sleep 0.1; done";

        RunReport report = await(request(ID, script)
                .withStreams(ContainerStreams.copyTo(output, OutputStream.nullOutputStream())
                        .onTerminal(new TerminalSize(24, 80), later.asMono().flux())));

        assertThat(output.toString(StandardCharsets.UTF_8)).isEqualTo("24 80\r\n33 111\r\n");
        assertThat(report.status()).isEqualTo(ExitStatus.exited(4));
        assertThat(report.isDrained()).isTrue();
        assertThat(left()).isEmpty();
    }

    @Test
    default void run_onTerminal_readsWhatIsTyped() {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        byte[] typed = "hello\n".getBytes(StandardCharsets.UTF_8);

        RunReport report = await(request(ID, "stty -echo; echo up; read line; echo got $line; cat; exit 5")
                .withStreams(ContainerStreams.copy(new ByteArrayInputStream(typed), output, output)
                        .onTerminal(new TerminalSize(24, 80), Flux.never())));

        assertThat(output.toString(StandardCharsets.UTF_8)).contains("up\r\n").endsWith("got hello\r\n");
        assertThat(report.status()).isEqualTo(ExitStatus.exited(5));
    }

    @Test
    default void run_timeout_leavesNothingWhenItIsTold() {
        RunRequest request = request(ID, "trap '' TERM; exec sleep 60")
                .withTimeout(Duration.ofMillis(1500))
                .withGracePeriod(Duration.ofMillis(100));

        Throwable error = orchestrator()
                .run(request)
                .then(Mono.<Throwable>empty())
                .onErrorResume(Mono::just)
                .block(LIMIT);

        assertThat(error).isInstanceOf(RunTimeoutException.class);
        assertThat(left()).isEmpty();
        assertThat(topics()).containsExactly(Topic.CREATE, Topic.START, Topic.EXIT, Topic.DELETE);
    }

    @Test
    default void run_cancelled_killsAndLeavesNothing() {
        Disposable run = orchestrator()
                .run(request(ID, "exec sleep 60").withGracePeriod(Duration.ZERO))
                .subscribe();
        SubscribeOptions fromStart =
                SubscribeOptions.defaults().from(1).withFilter(EventFilter.all().withTopics(Topic.START.path()));
        Started started = (Started) orchestrator()
                .events(fromStart)
                .next()
                .blockOptional(LIMIT)
                .orElseThrow()
                .event();

        run.dispose();
        orchestrator().disposeLater().block(LIMIT);

        assertThat(Path.of("/proc/" + started.pid())).doesNotExist();
        assertThat(left()).isEmpty();
    }

    @Test
    default void run_manyAtOnce_eachEndsWithItsOwnCodeAndNothingIsLeft() {
        List<Integer> codes = Flux.range(0, manyRuns())
                .flatMap(i -> runWithCode(i), inFlight())
                .sort()
                .collectList()
                .blockOptional(LIMIT)
                .orElseThrow();

        assertThat(codes).isEqualTo(IntStream.range(0, manyRuns()).boxed().toList());
        assertThat(left()).isEmpty();
        assertThat(topics()).hasSize(4 * manyRuns());
    }

    private Mono<Integer> runWithCode(int code) {
        ContainerId id = ContainerId.of(ID + "-" + code);
        return orchestrator().run(request(id, "exit " + code)).map(report -> report.status()
                .code());
    }
}
