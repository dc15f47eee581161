// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.OciJson;
import io.runflux.oci.OciJsonException;
import io.runflux.oci.OciProcess;
import io.runflux.oci.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The commands that start processes: create, run, restore and exec. */
final class FakeStarts {
    private static final ExitStatus OK = ExitStatus.exited(0);

    private final Containers containers;
    private final Programs programs;
    private final FakeLauncher launcher;

    FakeStarts(Containers containers, Programs programs, FakeLauncher launcher) {
        this.containers = containers;
        this.programs = programs;
        this.launcher = launcher;
    }

    /** Returns where a checkpoint is written to, and read from. */
    static Path image(Call call) {
        return Path.of(call.line().option("image-path", "checkpoint"))
                .toAbsolutePath()
                .resolve("descriptors.json");
    }

    Mono<ExitStatus> create(Call call) {
        make(call, true);
        return Mono.just(OK);
    }

    Mono<ExitStatus> run(Call call) {
        boolean isDetached = call.line().has("detach");
        FakeContainer container = make(call, isDetached);
        container.start();
        return isDetached
                ? Mono.just(OK)
                : attach(call, container.init()).doOnNext(status -> containers.remove(container));
    }

    Mono<ExitStatus> restore(Call call) {
        Path image = image(call);
        if (!Files.exists(image)) {
            throw new RuncFailure("open " + image + ": no such file or directory");
        }
        return run(call);
    }

    Mono<ExitStatus> exec(Call call) {
        FakeContainer container = containers.get(call.id());
        container.requireExec();
        boolean isDetached = call.line().has("detach");
        Payload payload = payload(call, process(call, container), isDetached, container::add);
        payload.start();
        return isDetached ? Mono.just(OK) : attach(call, payload);
    }

    /** The command ends as the process does, a signal being 128 and its number. */
    private static Mono<ExitStatus> attach(Call call, Payload payload) {
        call.command().connect(payload);
        return payload.exit().map(status -> ExitStatus.exited(status.code()));
    }

    private static OciProcess process(Call call, FakeContainer container) {
        String file = call.line().option("process");
        if (file != null) {
            return read(Path.of(file), OciProcess.class);
        }
        OciProcess init = container.spec().process();
        if (init == null || call.line().words().size() < 2) {
            throw new RuncFailure("process args cannot be empty");
        }
        return init.withArgs(call.line().wordsFrom(1)).withTerminal(call.line().has("tty"));
    }

    private FakeContainer make(Call call, boolean isDetached) {
        Path bundle = Path.of(call.line().option("bundle", ".")).toAbsolutePath();
        Spec spec = spec(bundle);
        OciProcess process = spec.process();
        if (!call.id().matches("[\\w+.-]+") || call.id().matches("\\.{1,2}")) {
            throw new RuncFailure("invalid container ID format");
        }
        if (process == null) {
            throw new RuncFailure("process property must not be empty");
        }
        if (containers.has(call.id())) {
            throw new RuncFailure("container with given ID already exists");
        }
        FakeContainer[] made = new FakeContainer[1];
        payload(call, process, isDetached, init -> {
            made[0] = new FakeContainer(call.id(), bundle, spec, Instant.now(), init);
            add(made[0]);
        });
        return made[0];
    }

    private void add(FakeContainer container) {
        if (!containers.add(container)) {
            container.kill();
            throw new RuncFailure("container with given ID already exists");
        }
    }

    private static Spec spec(Path bundle) {
        if (!Files.isDirectory(bundle)) {
            throw new RuncFailure("chdir " + bundle + ": no such file or directory");
        }
        Path file = bundle.resolve(Spec.FILE_NAME);
        if (!Files.exists(file)) {
            throw new RuncFailure("JSON specification file config.json not found");
        }
        return read(file, Spec.class);
    }

    private static <T> T read(Path file, Class<T> type) {
        try {
            return OciJson.read(file, type);
        } catch (OciJsonException e) {
            throw new RuncFailure("json: " + e.getMessage());
        }
    }

    /** Makes a process, lets the owner know it, and only then tells the caller of it. */
    private Payload payload(Call call, OciProcess process, boolean isDetached, Consumer<Payload> owner) {
        Program program = programs.find(process.args());
        FakeConsole console = console(call, process, isDetached);
        FakeTerminal terminal = console == null ? null : new FakeTerminal();
        Streams streams = terminal == null ? call.command().streams() : terminal.streams();
        Payload payload = launcher.add(pid -> new Payload(pid, process, program, streams, terminal));
        try {
            owner.accept(payload);
            tell(call, payload, console, terminal);
            return payload;
        } catch (RuncFailure e) {
            payload.end(ExitStatus.signaled(Signal.KILL));
            throw e;
        }
    }

    private static void tell(
            Call call, Payload payload, @Nullable FakeConsole console, @Nullable FakeTerminal terminal) {
        if (console != null && terminal != null) {
            terminal.connect(payload);
            console.handOver(terminal);
        } else if (call.command().streams().stdin() != null) {
            call.command().connect(payload);
        }
        String pidFile = call.line().option("pid-file");
        if (pidFile != null) {
            write(Path.of(pidFile), Integer.toString(payload.pid()));
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new RuncFailure("open " + file + ": " + e.getMessage());
        }
    }

    private @Nullable FakeConsole console(Call call, OciProcess process, boolean isDetached) {
        String socket = call.line().option("console-socket");
        if (socket != null && !(process.terminal() && isDetached)) {
            throw new RuncFailure("cannot use console socket if runc will not detach or allocate tty");
        }
        if (socket == null && process.terminal() && isDetached) {
            throw new RuncFailure("cannot allocate tty if runc will detach without setting console socket");
        }
        FakeConsole console = socket == null ? null : launcher.console(Path.of(socket));
        if (socket != null && console == null) {
            throw new RuncFailure("dial unix " + socket + ": connect: no such file or directory");
        }
        return console;
    }
}
