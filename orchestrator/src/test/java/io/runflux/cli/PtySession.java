// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.netty.buffer.Unpooled;
import io.runflux.events.ExitStatus;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import io.runflux.process.RunningProcess;
import io.runflux.process.TerminalSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.Disposable;
import reactor.core.publisher.Sinks;

/** The command line at a terminal of its own, as a person uses it. Closing it leaves nothing of it. */
final class PtySession implements AutoCloseable {
    /** Looks at the terminal before and after, and says how the command ended and which process it was. */
    private static final String AROUND = """
            before=$1 after=$2; shift 2
            stty -a >"$before"
            /bin/sh -c 'echo "pid $$"; exec "$@"' sh "$@"
            echo "ended $?"
            stty -a >"$after"
            """;

    /** What a person's environment says of the terminal, whatever that of the tests does. */
    static final List<String> SEEN = List.of("/usr/bin/env", "-u", "CI", "-u", "NO_COLOR", "TERM=xterm");

    static final List<String> DUMB = List.of("/usr/bin/env", "-u", "CI", "-u", "NO_COLOR", "TERM=dumb");

    private final ProcessLauncher launcher = ProcessLauncher.create();
    private final AtomicReference<String> screen = new AtomicReference<>("");
    private final Sinks.Many<String> typed = Sinks.many().unicast().onBackpressureBuffer();
    private final Path before;
    private final Path after;
    private final RunningProcess process;
    private final Disposable reading;
    private final Disposable typing;

    private PtySession(Scene scene, List<String> command) throws IOException {
        before = scene.newFile("before");
        after = scene.newFile("after");
        List<String> arguments = new ArrayList<>(List.of("-c", AROUND, "sh", before.toString(), after.toString()));
        arguments.addAll(command);
        ProcessSpec spec = ProcessSpec.program(Path.of("/bin/sh"))
                .arguments(arguments)
                .inheritEnvironment()
                .terminal(new TerminalSize(24, 80))
                .build();
        process = Objects.requireNonNull(launcher.launch(spec).block(CliProcess.TIMEOUT));
        reading = process.stdout().asString().subscribe(text -> screen.accumulateAndGet(text, String::concat));
        typing = process.send(typed.asFlux().map(text -> Unpooled.copiedBuffer(text, StandardCharsets.UTF_8)))
                .subscribe(nothing -> {}, error -> {});
    }

    static PtySession start(Scene scene, String... arguments) throws IOException {
        return start(scene, DUMB, arguments);
    }

    static PtySession start(Scene scene, List<String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(environment);
        command.addAll(CliProcess.javaCommand("-Djava.io.tmpdir=" + scene.temporary()));
        command.add(Runflux.class.getName());
        command.addAll(List.of(arguments));
        return new PtySession(scene, command);
    }

    PtySession type(String text) {
        typed.tryEmitNext(text).orThrow();
        return this;
    }

    PtySession resize(int rows, int columns) {
        process.resize(new TerminalSize(rows, columns)).block(CliProcess.TIMEOUT);
        return this;
    }

    PtySession awaitScreen(String text) {
        try {
            CliProcess.await(() -> screen().contains(text));
        } catch (IllegalStateException e) {
            throw new AssertionError("'" + text + "' is not on the screen:\n" + screen(), e);
        }
        return this;
    }

    String screen() {
        return Objects.requireNonNull(screen.get());
    }

    /** The process of the command line. */
    String pid() {
        awaitScreen("pid ");
        return screen().lines()
                .filter(line -> line.startsWith("pid "))
                .findFirst()
                .orElseThrow()
                .substring(4)
                .strip();
    }

    /** Waits for the end, and tells whether the terminal is as it was found, except for its size. */
    boolean endsRestored() throws IOException {
        ExitStatus status = Objects.requireNonNull(process.exit().block(CliProcess.TIMEOUT));
        return status.isSuccess() && settings(before).equals(settings(after));
    }

    private static String settings(Path file) throws IOException {
        return Files.readString(file).replaceAll("(rows|columns) \\d+", "");
    }

    @Override
    public void close() {
        process.release().block(CliProcess.TIMEOUT);
        typing.dispose();
        reading.dispose();
        launcher.disposeLater(Duration.ZERO).block(CliProcess.TIMEOUT);
    }
}
