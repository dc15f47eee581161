// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.attach.AttachConnection;
import io.runflux.events.ContainerId;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.process.TerminalSize;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;
import reactor.core.scheduler.Schedulers;

@Command(
        name = "attach",
        description = "Connects to a container that another 'run' with this state directory holds, or to one of a"
                + " server: prints what it writes from now on, passes input on if that run has -i or -t, and exits as the"
                + " container's process does. Ending this command, or the detach keys at a terminal, leave the container"
                + " alone. Input ends for the container when that of the run does. At a server a container that was"
                + " created to take input gets it; of one that a 'run --connect' holds, that run alone gives it.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer =
                "%nExit codes of its own: 0 detached, 2 wrong arguments, 125 it could not be attached to or was cut off,"
                        + " 141 nobody reads the output any more, 255 the end is unknown.")
final class AttachCommand implements ProcessCommand {
    private static final int INPUT_BYTES = 16 * 1024;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConnectOptions connection = new ConnectOptions();

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "where containers and events are kept (default: /run/runflux, or that of this user)")
    private @Nullable Path root;

    @Option(names = "--no-stdin", description = "pass no input on")
    private boolean noInput;

    @Option(
            names = "--detach-keys",
            paramLabel = "KEYS",
            defaultValue = DetachKeys.DEFAULT,
            converter = DetachKeys.Converter.class,
            description = "what to type at a terminal to leave (default: ${DEFAULT-VALUE}); '' for nothing")
    private @Nullable DetachKeys keys;

    @Parameters(paramLabel = "ID", converter = ContainerIdConverter.class, description = "the container")
    private @Nullable ContainerId id;

    static Path directory(Path stateDirectory) {
        return stateDirectory.resolve("attach");
    }

    @Override
    public Integer call() {
        connection.check();
        return connection.isWanted() ? attachAtServer(Required.of(id)) : attachHere();
    }

    private int attachAtServer(ContainerId container) {
        if (root != null) {
            throw new ParameterException(spec.commandLine(), "--root does not go with --connect");
        }
        try (CommandScope scope = CommandScope.open(false)) {
            ServedStreams own = new ServedStreams(scope.terminal(), Required.of(keys), !noInput);
            return Required.of(scope.await(connection.use(orchestrator -> attach(orchestrator, container, own))));
        }
    }

    private static Mono<Integer> attach(Orchestrator orchestrator, ContainerId container, ServedStreams own) {
        return orchestrator
                .inspect(container)
                .flatMap(details -> own.of(details.streams()))
                .flatMap(streams -> orchestrator.attach(container, streams))
                .map(ExitCodes::of)
                .defaultIfEmpty(ExitCodes.OK);
    }

    private int attachHere() {
        Path directory = directory(StateDirectory.open(root));
        try (AttachConnection connection = AttachConnection.open(directory, Required.of(id));
                CommandScope scope = CommandScope.open(false)) {
            boolean sendsInput = !noInput && connection.takesInput();
            boolean isTyped = sendsInput
                    && connection.hasTerminal()
                    && scope.terminal().size().hasElement().blockOptional().orElse(false);
            Mono<Integer> output = blocking(() -> copyOutput(connection));
            Mono<Integer> work = Mono.firstWithSignal(output, sendsInput ? input(connection, isTyped) : Mono.never());
            return Required.of(scope.await(isTyped ? atTerminal(scope.terminal(), connection, work) : work));
        }
    }

    /** What goes wrong with the input shows in the output, or does not matter any more. */
    private Mono<Integer> input(AttachConnection connection, boolean isTyped) {
        return blocking(() -> copyInput(connection, isTyped)).onErrorComplete().switchIfEmpty(Mono.never());
    }

    /** Cancelling leaves it to itself: it may be stuck for ever. */
    private static Mono<Integer> blocking(Callable<Integer> work) {
        return Mono.<Signal<Integer>>create(
                        sink -> Schedulers.boundedElastic().schedule(() -> sink.success(materialize(work))))
                .dematerialize();
    }

    private static Signal<Integer> materialize(Callable<Integer> work) {
        try {
            Integer result = work.call();
            return result == null ? Signal.complete() : Signal.next(result);
        } catch (Exception e) {
            return Signal.error(e);
        }
    }

    private static Mono<Integer> atTerminal(LocalTerminal terminal, AttachConnection connection, Mono<Integer> work) {
        Mono<Integer> resizing = terminal.sizes()
                .concatMap(size -> blocking(() -> sendSize(connection, size)).onErrorComplete())
                .then(Mono.never());
        return terminal.enterRawMode().then(Mono.firstWithSignal(work, resizing));
    }

    private static int sendSize(AttachConnection connection, TerminalSize size) throws IOException {
        connection.sendSize(size);
        return ExitCodes.OK;
    }

    private static int copyOutput(AttachConnection connection) {
        return connection.copy(new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err));
    }

    /** Returns only if the keys to detach were typed. */
    private @Nullable Integer copyInput(AttachConnection connection, boolean isTyped) throws IOException {
        InputStream input = StandardInput.open();
        DetachKeys leaving = isTyped ? Required.of(keys) : DetachKeys.parse("");
        byte[] bytes = new byte[INPUT_BYTES];
        for (int count = input.read(bytes); count >= 0; count = input.read(bytes)) {
            ByteArrayOutputStream typed = new ByteArrayOutputStream();
            boolean isLeaving = leaving.scan(bytes, count, typed);
            connection.sendInput(ByteBuffer.wrap(typed.toByteArray()));
            if (isLeaving) {
                return ExitCodes.OK;
            }
        }
        return null;
    }
}
