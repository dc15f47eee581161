// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The command line in a JVM of its own, as a shell starts it. Closing it leaves nothing of it. */
final class CliProcess implements AutoCloseable {
    static final Duration TIMEOUT = Duration.ofSeconds(40);

    private final Process process;
    private final Path output;
    private final Path errors;

    private CliProcess(Process process, Path output, Path errors) {
        this.process = process;
        this.output = output;
        this.errors = errors;
    }

    /** Starts it with files for its output, and a temporary directory of its own. */
    static CliProcess start(Scene scene, String... arguments) throws IOException {
        Path output = scene.newFile("out");
        Path errors = scene.newFile("err");
        return new CliProcess(
                builder(scene, errors, arguments)
                        .redirectOutput(output.toFile())
                        .start(),
                output,
                errors);
    }

    /** Starts it through another command, which becomes it. */
    static CliProcess startThrough(List<String> prefix, Scene scene, String... arguments) throws IOException {
        Path output = scene.newFile("out");
        Path errors = scene.newFile("err");
        ProcessBuilder builder = builder(scene, errors, arguments).redirectOutput(output.toFile());
        List<String> command = new ArrayList<>(prefix);
        command.addAll(builder.command());
        return new CliProcess(builder.command(command).start(), output, errors);
    }

    /** Starts it with a pipe for its output, which the test reads, or does not. */
    static CliProcess startPiped(Scene scene, String... arguments) throws IOException {
        Path errors = scene.newFile("err");
        return new CliProcess(builder(scene, errors, arguments).start(), errors, errors);
    }

    /** Starts it as a shell does for {@code <&-}. */
    static CliProcess startWithoutInput(Scene scene, String... arguments) throws IOException {
        Path output = scene.newFile("out");
        Path errors = scene.newFile("err");
        ProcessBuilder builder = builder(scene, errors, arguments).redirectOutput(output.toFile());
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "exec \"$@\" <&-", "sh"));
        command.addAll(builder.command());
        return new CliProcess(builder.command(command).start(), output, errors);
    }

    private static ProcessBuilder builder(Scene scene, Path errors, String... arguments) {
        List<String> command = javaCommand("-Djava.io.tmpdir=" + scene.temporary());
        command.add(Runflux.class.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(errors.toFile());
    }

    /** The signals of a shell's foreground command, which whoever started this JVM may have had ignored. */
    static List<String> javaCommand(String option) {
        List<String> command = new ArrayList<>(List.of("/usr/bin/env", "--default-signal=INT,TERM", CliArchive.java()));
        command.add(option);
        command.addAll(CliArchive.options());
        return command;
    }

    Process process() {
        return process;
    }

    void send(String signal) throws Exception {
        int code = new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + process.pid())
                .start()
                .waitFor();
        if (code != 0) {
            throw new AssertionError("the signal " + signal + " could not be sent, exit code " + code);
        }
    }

    CliProcess awaitOutput(String text) {
        await(() -> out().contains(text));
        return this;
    }

    /** Returns its exit code. */
    int end() throws InterruptedException {
        if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("it still runs after " + TIMEOUT);
        }
        return process.exitValue();
    }

    String out() throws IOException {
        return Files.readString(output);
    }

    String err() throws IOException {
        return Files.readString(errors);
    }

    static void await(Callable<Boolean> condition) {
        Mono.fromCallable(condition)
                .subscribeOn(Schedulers.boundedElastic())
                .filter(isMet -> isMet)
                .repeatWhenEmpty(polls -> polls.delayElements(Duration.ofMillis(20)))
                .block(TIMEOUT);
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly()
                .onExit()
                .orTimeout(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                .join();
        process.getInputStream().close();
        process.getOutputStream().close();
    }
}
