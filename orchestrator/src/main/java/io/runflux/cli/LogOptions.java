// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.events.ContainerId;
import io.runflux.process.ProcessLauncher;
import io.runflux.stdio.DriverLimits;
import io.runflux.stdio.DriverOptions;
import io.runflux.stdio.StdioUri;
import io.runflux.stdio.UpstreamIo;
import io.runflux.stdio.UpstreamOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Where the output of a process goes besides this command's. */
final class LogOptions {
    /** There are no namespaces of containers here; this is the name that others have for none in particular. */
    private static final String NAMESPACE = "default";

    /** A reader that is started beside this command has come by then. */
    private static final Duration NOTE_DELAY = Duration.ofSeconds(1);

    @Spec(Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--log",
            paramLabel = "URI|PATH",
            converter = LogTarget.Converter.class,
            description = "write the output to a log as well, such as file:///var/log/web.log?format=json&max-size=10m;"
                    + " fifo:///PATH, unix:///PATH and null do as well, and a path, which has a slash in it: of a FIFO, if"
                    + " there is one, or else of a file. A directory may be any that is named by no symbolic link. A log"
                    + " that is too slow loses output, which is counted, unless the URI says overflow=wait. Nothing is"
                    + " started before a FIFO has a reader")
    private @Nullable LogTarget log;

    @Option(
            names = {"-q", "--quiet"},
            description = "write the output to the log alone")
    private boolean quiet;

    @Option(
            names = "--log-driver-allow",
            paramLabel = "PATH",
            description =
                    "an executable that --log may name as binary:///PATH or binary-v2:///PATH, through no symbolic"
                            + " link (repeatable); one that others may write is refused")
    private List<Path> allowedDrivers = List.of();

    boolean isQuiet() {
        return quiet;
    }

    boolean isWanted() {
        return log != null;
    }

    /** Returns the log that a server is to write, in a directory that it allows, or null. */
    @Nullable
    StdioUri served() {
        if (quiet || !allowedDrivers.isEmpty()) {
            throw new ParameterException(
                    command.commandLine(), "--quiet and --log-driver-allow do not go with --connect");
        }
        return log == null ? null : log.uri();
    }

    void check(boolean isTty) {
        if (!allowedDrivers.isEmpty() && log == null) {
            throw new ParameterException(command.commandLine(), "--log-driver-allow goes with --log");
        }
        for (Path driver : allowedDrivers) {
            if (!driver.isAbsolute() || !driver.equals(driver.normalize())) {
                throw new ParameterException(
                        command.commandLine(),
                        "--log-driver-allow must be an absolute path without '.' and '..', was '" + driver + "'");
            }
        }
        if (quiet && log == null) {
            throw new ParameterException(command.commandLine(), "--quiet goes with --log");
        }
        if (quiet && isTty) {
            throw new ParameterException(command.commandLine(), "--quiet does not go with --tty");
        }
    }

    /**
     * Opens the log when subscribed to; empty if none was asked for. Says so if a FIFO has to wait for its reader,
     * which can be for ever.
     */
    Mono<OutputLog> open(ProcessLauncher launcher, ContainerId container, boolean isTty) {
        LogTarget target = log;
        if (target == null) {
            return Mono.empty();
        }
        UpstreamOptions options = target.options().withTerminal(isTty).withDrivers(drivers(launcher, container));
        Mono<UpstreamIo> open = UpstreamIo.open(target.uri(), options);
        return (target.uri().scheme() == StdioUri.Scheme.FIFO ? sayingThatItWaits(open, target) : open)
                .map(upstream -> new OutputLog(target, upstream, command));
    }

    private Mono<UpstreamIo> sayingThatItWaits(Mono<UpstreamIo> open, LogTarget target) {
        Mono<UpstreamIo> note = Mono.delay(NOTE_DELAY, Schedulers.boundedElastic())
                .doOnNext(tick -> OutputLog.say(
                        command, target, "has no reader yet; nothing is started before somebody reads from it"))
                .then(Mono.never());
        return Mono.firstWithSignal(open, note);
    }

    /** One that does not end must be killed before this command gives it up. */
    private DriverOptions drivers(ProcessLauncher launcher, ContainerId container) {
        return DriverOptions.of(launcher, container, NAMESPACE)
                .withAllowedExecutables(allowedDrivers.toArray(Path[]::new))
                .withLimits(DriverLimits.defaults().withEndTimeout(OutputLog.CLOSE_LIMIT.minusSeconds(2)));
    }
}
