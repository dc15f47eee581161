// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import reactor.netty.tcp.TcpResources;

/** The entry of the command line. */
@Command(
        name = "runflux",
        description = "Runs processes and OCI containers, and tells what happens to them.",
        mixinStandardHelpOptions = true,
        versionProvider = Runflux.Version.class)
public final class Runflux implements Runnable {
    private static final List<Class<?>> COMMANDS = List.of(
            RunCommand.class,
            ExecCommand.class,
            ServeCommand.class,
            LogsCommand.class,
            AttachCommand.class,
            ListCommand.class,
            StateCommand.class,
            InspectCommand.class,
            PsCommand.class,
            TopCommand.class,
            StatsCommand.class,
            UpdateCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            WaitCommand.class,
            StopCommand.class,
            KillCommand.class,
            DeleteCommand.class,
            CheckpointCommand.class,
            RestoreCommand.class,
            EventsCommand.class,
            FeaturesCommand.class,
            SpecCommand.class,
            HooksCommand.class,
            DoctorCommand.class);
    private static final Duration LOOPS_LIMIT = Duration.ofMillis(300);
    private static final String RECORDINGS = "io.netty.jfr.enabled";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private LogSettingsOptions logging = new LogSettingsOptions();

    /** For picocli. */
    public Runflux() {}

    /**
     * Runs a command and ends the JVM with its exit code.
     *
     * @param arguments the command and its arguments
     */
    public static void main(String... arguments) {
        LineLogs.use();
        leaveOutRecordings();
        LogSettings.complain();
        int code = commandLine(arguments).setOut(standardOutput()).execute(arguments);
        try {
            endLoops();
        } finally {
            System.exit(code);
        }
    }

    /**
     * To prepare events of its buffers for Java's flight recorder takes Netty a tenth of the time of a short command.
     * Who wants them sets the property to true.
     */
    private static void leaveOutRecordings() {
        if (System.getProperty(RECORDINGS) == null) {
            System.setProperty(RECORDINGS, "false");
        }
    }

    /** A JVM that is told to exit waits 300 ms for threads in native code, such as a loop that waits for events. */
    private static void endLoops() {
        TcpResources.disposeLoopsAndConnectionsLater(Duration.ZERO, LOOPS_LIMIT)
                .timeout(LOOPS_LIMIT)
                .onErrorComplete()
                .block();
    }

    /** That of {@code System} would hide it when nobody reads any more. */
    private static PrintWriter standardOutput() {
        return new PrintWriter(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    }

    /** All of every command that it is told of is looked at, which takes long: it is told of the one that is named. */
    static CommandLine commandLine(String... arguments) {
        Runflux runflux = new Runflux();
        CommandLine commandLine = new CommandLine(runflux);
        List<Class<?>> named =
                COMMANDS.stream().filter(type -> isNamed(type, arguments)).toList();
        (named.isEmpty() ? COMMANDS : named).forEach(commandLine::addSubcommand);
        for (List<String> command : List.of(List.of("run"), List.of("exec"), List.of("hooks", "run"))) {
            subcommand(commandLine, command).ifPresent(found -> found.setStopAtPositional(true));
        }
        addVersionToAll(commandLine);
        return commandLine
                .registerConverter(Duration.class, Durations::parse)
                .registerConverter(EnvironmentVariable.class, EnvironmentVariable::parse)
                .setExecutionStrategy(runflux::execute)
                .setParameterExceptionHandler((error, words) -> CliErrors.reportUsage(error, commandLine))
                .setExecutionExceptionHandler(CliErrors::reportFailure);
    }

    private static boolean isNamed(Class<?> type, String... arguments) {
        return arguments.length > 0 && type.getAnnotation(Command.class).name().equals(arguments[0]);
    }

    private int execute(ParseResult parsed) {
        logging.apply();
        return new CommandLine.RunLast().execute(parsed);
    }

    private static Optional<CommandLine> subcommand(CommandLine commandLine, List<String> names) {
        Optional<CommandLine> found = Optional.of(commandLine);
        for (String name : names) {
            found = found.map(parent -> parent.getSubcommands().get(name));
        }
        return found;
    }

    private static void addVersionToAll(CommandLine command) {
        command.getCommandSpec().versionProvider(new Version());
        command.getSubcommands().values().forEach(Runflux::addVersionToAll);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is needed, such as run");
    }

    /** Tells the version that the jar was built with. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Runflux.class.getPackage().getImplementationVersion();
            return new String[] {"runflux " + (version == null ? "(unpackaged)" : version)};
        }
    }
}
