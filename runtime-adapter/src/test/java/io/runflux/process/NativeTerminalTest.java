// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.runflux.events.ExitStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Children on a terminal of their own. */
class NativeTerminalTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final ProcessLauncher LAUNCHER =
            ProcessLauncher.builder().kind(ProcessLauncherBuilder.Kind.NATIVE).build();

    @AfterAll
    static void dispose() {
        LAUNCHER.disposeLater(Duration.ZERO).block(LIMIT);
    }

    @Test
    void terminal_isControllingAndHasItsSize_andEndsWithTheProcess() {
        RunningProcess process = launch("test -t 0 && test -t 1 && test -t 2 && stty size </dev/tty");

        assertThat(all(process)).isEqualTo("30 90\r\n");
        assertThat(process.exit().block(LIMIT)).isEqualTo(ExitStatus.exited(0));
        process.drained().block(LIMIT);
        process.release().block(LIMIT);
    }

    @Test
    void resize_reachesTheProcess() {
        RunningProcess process = launch("trap 'stty size; exit 5' WINCH; echo ready; while :; do sleep 0.05; done");
        StepVerifier.create(
                        process.stdout().asString().filter(text -> text.contains("ready") || text.contains("40 100")))
                .expectNextCount(1)
                .then(() -> process.resize(new TerminalSize(40, 100)).block(LIMIT))
                .expectNextCount(1)
                .expectComplete()
                .verify(LIMIT);
        assertThat(process.exit().block(LIMIT)).isEqualTo(ExitStatus.exited(5));
        process.release().block(LIMIT);
    }

    @Test
    void send_toATerminal_endsWithEndOfFile() {
        RunningProcess process = launch("stty -echo; echo ready; cat; echo done");
        Sinks.Many<ByteBuf> typed = Sinks.many().unicast().onBackpressureBuffer();
        StringBuilder seen = new StringBuilder();
        Mono<Void> dialogue = process.stdout()
                .asString()
                .doOnNext(seen::append)
                .doOnNext(text -> answer(text, typed))
                .then();

        Mono.when(dialogue, process.send(typed.asFlux())).block(LIMIT);

        assertThat(seen.toString().replace("\r", "")).isEqualTo("ready\nhello\ndone\n");
        process.release().block(LIMIT);
    }

    @Test
    void send_endingWithinALine_endsTheInputAllTheSame() {
        RunningProcess process = launch("stty -echo; cat >/dev/null; exit 6");
        ByteBuf unfinished = Unpooled.copiedBuffer("no end of line", StandardCharsets.UTF_8);

        Mono.when(process.stdout().then(), process.send(Mono.just(unfinished))).block(LIMIT);

        assertThat(process.exit().block(LIMIT)).isEqualTo(ExitStatus.exited(6));
        assertThat(unfinished.refCnt()).isZero();
        process.release().block(LIMIT);
    }

    @Test
    void send_moreThanTheTerminalTakesAtOnce_arrivesWhole() {
        RunningProcess process = launch("stty -echo; wc -c");
        ByteBuf lines = Unpooled.directBuffer();
        for (int i = 0; i < 4_000; i++) {
            lines.writeCharSequence("0123456789abcde\n", StandardCharsets.UTF_8);
        }
        Mono<String> seen = process.stdout().asString().reduce("", String::concat);

        Mono<String> counted = Mono.zip(seen, process.send(Mono.just(lines)).thenReturn(true), (text, sent) -> text);

        assertThat(Objects.requireNonNull(counted.block(LIMIT)).strip()).endsWith("64000");
        assertThat(lines.refCnt()).isZero();
        process.release().block(LIMIT);
    }

    private static void answer(String text, Sinks.Many<ByteBuf> typed) {
        if (text.contains("ready")) {
            typed.tryEmitNext(Unpooled.copiedBuffer("hello\n", StandardCharsets.UTF_8));
            typed.tryEmitComplete();
        }
    }

    @Test
    void controlC_reachesTheForegroundProcess() {
        RunningProcess process = launch("trap 'exit 9' INT; echo ready; while :; do sleep 0.05; done");
        Flux<ByteBuf> controlC = process.stdout()
                .asString()
                .filter(text -> text.contains("ready"))
                .next()
                .map(ready -> Unpooled.wrappedBuffer(new byte[] {3}))
                .concatWith(Mono.never())
                .cast(ByteBuf.class);

        assertThat(Mono.firstWithSignal(
                                process.exit(),
                                process.send(controlC)
                                        .onErrorComplete(StdinClosedException.class)
                                        .then(Mono.<ExitStatus>never()))
                        .block(LIMIT))
                .isEqualTo(ExitStatus.exited(9));
        process.release().block(LIMIT);
    }

    @Test
    void resize_withoutTerminal_isRefused() {
        RunningProcess process = Objects.requireNonNull(
                LAUNCHER.launch(ProcessSpec.program(Path.of("/bin/true")).build())
                        .block(LIMIT));
        assertThatThrownBy(() -> process.resize(new TerminalSize(1, 1)).block(LIMIT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no terminal");
        process.release().block(LIMIT);
    }

    private static RunningProcess launch(String script) {
        ProcessSpec spec = ProcessSpec.program(Path.of("/bin/sh"))
                .arguments("-c", script)
                .inheritEnvironment()
                .terminal(new TerminalSize(30, 90))
                .build();
        return Objects.requireNonNull(LAUNCHER.launch(spec).block(LIMIT));
    }

    private static String all(RunningProcess process) {
        return Objects.requireNonNull(
                process.stdout().asString().reduce("", String::concat).block(LIMIT));
    }
}
