// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.orchestrator.ContainerStreams;
import io.runflux.orchestrator.LaunchStreams;
import io.runflux.process.TerminalSize;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How a process is connected to the streams of this command. */
final class StreamOptions {
    @Spec(Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = {"-i", "--interactive"},
            description = "connect standard input")
    private boolean interactive;

    @Option(
            names = {"-t", "--tty"},
            description = "give it a terminal, and connect it with this one, which must be standard input; all keys are"
                    + " its own, Ctrl-C and Ctrl-Z too")
    private boolean tty;

    boolean isTty() {
        return tty;
    }

    boolean isInteractive() {
        return interactive;
    }

    /** The bare descriptors: what the container writes is not text of ours. */
    ContainerStreams connect(LocalTerminal terminal, boolean isQuiet) {
        OutputStream out = isQuiet ? OutputStream.nullOutputStream() : new FileOutputStream(FileDescriptor.out);
        OutputStream err = isQuiet ? OutputStream.nullOutputStream() : new FileOutputStream(FileDescriptor.err);
        if (tty) {
            ContainerStreams typed = ContainerStreams.copy(StandardInput.open(), out, err);
            TerminalSize size = terminal.size().blockOptional().orElseThrow(this::noTerminal);
            return new RawTerminalStreams(typed.onTerminal(size, terminal.sizes()), terminal);
        }
        return interactive ? ContainerStreams.copy(StandardInput.open(), out, err) : ContainerStreams.copyTo(out, err);
    }

    /** What a container that goes on without this command has for those who attach later. */
    LaunchStreams launched(LocalTerminal terminal) {
        LaunchStreams streams = LaunchStreams.none().withInput(interactive || tty);
        return tty ? streams.withTerminal(terminal.size().blockOptional().orElse(LocalTerminal.UNKNOWN_SIZE)) : streams;
    }

    private ParameterException noTerminal() {
        return new ParameterException(
                command.commandLine(), "--tty needs standard input to be a terminal, and it is not");
    }
}
