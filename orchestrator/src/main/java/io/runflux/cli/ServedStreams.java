// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.orchestrator.ContainerStreams;
import io.runflux.orchestrator.LaunchStreams;
import io.runflux.process.TerminalSize;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The streams of this command for a container of a server that goes on without it. */
record ServedStreams(LocalTerminal terminal, DetachKeys keys, boolean givesInput) {
    /** Of a container that the server only runs for somebody else, or found, the input is not to be had. */
    Mono<ContainerStreams> of(@Nullable LaunchStreams launched) {
        if (!givesInput || launched == null || !launched.takesInput()) {
            return Mono.fromSupplier(() -> ContainerStreams.copyTo(output(), errors()));
        }
        Mono<ContainerStreams> piped =
                Mono.fromSupplier(() -> ContainerStreams.copy(StandardInput.open(), output(), errors()));
        return launched.terminal() == null
                ? piped
                : terminal.size().map(this::typed).switchIfEmpty(piped);
    }

    private ContainerStreams typed(TerminalSize size) {
        TypedInput input = new TypedInput(StandardInput.open(), keys);
        ContainerStreams copied =
                ContainerStreams.copy(input, output(), errors()).onTerminal(size, terminal.sizes());
        return new RawTerminalStreams(new LeavingStreams(copied, input.left()), terminal);
    }

    private static OutputStream output() {
        return new FileOutputStream(FileDescriptor.out);
    }

    private static OutputStream errors() {
        return new FileOutputStream(FileDescriptor.err);
    }
}
