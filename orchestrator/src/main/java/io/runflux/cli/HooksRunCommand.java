// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.hooks.HookException;
import io.runflux.hooks.HookException.Reason;
import io.runflux.hooks.HookOptions;
import io.runflux.hooks.HookOutput;
import io.runflux.hooks.HookResult;
import io.runflux.hooks.HookRunner;
import io.runflux.oci.Hook;
import io.runflux.process.ProcessStartException;
import io.runflux.process.Stdio;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Mono;

@Command(
        name = "run",
        description = "Runs a program as a hook, and exits as it did: with its exit code, or 128 and the number of the"
                + " signal that killed it. It has no variables but those that are given. Options come before PROGRAM.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = "%nExit codes of its own: 2 wrong arguments, 124 the time limit, 125 it could not be run, 127 no such"
                + " program, 255 the end is unknown.")
final class HooksRunCommand implements ProcessCommand {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME=VALUE",
            description = "set an environment variable (repeatable)")
    private List<EnvironmentVariable> environment = List.of();

    @Option(
            names = {"-w", "--cwd"},
            paramLabel = "DIR",
            description = "the working directory (default: that of this command)")
    private @Nullable Path workingDirectory;

    @Option(
            names = "--state",
            paramLabel = "FILE",
            description = "what it reads on its standard input, 16 MiB at most; - is this command's own standard input"
                    + " (default: nothing)")
    private @Nullable String state;

    @Option(names = "--timeout", paramLabel = "DURATION", description = "kill it after that time, such as 10s")
    private @Nullable Duration timeout;

    @Option(
            names = "--post-kill-timeout",
            paramLabel = "DURATION",
            defaultValue = "10s",
            description = "how long to wait for its end after it was killed (default: ${DEFAULT-VALUE})")
    private Duration postKillTimeout = HookOptions.DEFAULT_POST_KILL_TIMEOUT;

    @Option(
            names = "--kill-group",
            description = "run it in a process group of its own, and kill all of that, not the process alone")
    private boolean killsGroup;

    @Parameters(
            index = "0",
            paramLabel = "PROGRAM",
            description = "the program, by its path, absolute or from the working directory")
    private @Nullable String program;

    @Parameters(index = "1..*", paramLabel = "ARG", description = "its arguments")
    private List<String> arguments = List.of();

    @Override
    public Integer call() {
        Hook hook = hook();
        HookOptions options = options();
        byte[] input = input();
        try (CommandScope scope = CommandScope.open(false)) {
            HookRunner runner = HookRunner.of(scope.launcher());
            Mono<HookResult> run = runner.run(hook, input, options.withCancelWhen(scope.stopping()));
            return codeOf(Required.of(scope.awaitToEnd(run)));
        }
    }

    private Hook hook() {
        List<String> words = new ArrayList<>(List.of(Required.of(program)));
        words.addAll(arguments);
        return new Hook(
                Required.of(program), words, EnvironmentVariable.addAll(environment, List.of()), null, Map.of());
    }

    private HookOptions options() {
        if (timeout != null && timeout.isZero()) {
            throw usage("--timeout must be more than zero");
        }
        return HookOptions.defaults()
                .withWorkingDirectory(
                        workingDirectory == null ? null : ExistingDirectory.of(spec, "--cwd", workingDirectory))
                .withStdout(HookOutput.to(Stdio.inherit()))
                .withStderr(HookOutput.to(Stdio.inherit()))
                .withTimeout(timeout)
                .withPostKillTimeout(postKillTimeout)
                .withKillsGroup(killsGroup);
    }

    private byte[] input() {
        try {
            return state == null ? new byte[0] : HookState.read(state);
        } catch (IllegalArgumentException e) {
            throw usage("--state " + e.getMessage());
        }
    }

    /** That it failed is its own business; why it could not do it is said here. */
    private int codeOf(HookResult result) {
        HookException error = result.error();
        if (error == null) {
            return ExitCodes.OK;
        }
        if (error.reason() == Reason.FAILED && result.status() != null) {
            return ExitCodes.of(result.status());
        }
        if (error.reason() == Reason.CANCELLED) {
            throw new StoppedBySignalException(error);
        }
        CliErrors.report(differing(error, result.hookError()), spec.commandLine());
        return error.reason() == Reason.TIMED_OUT ? ExitCodes.TIMED_OUT : codeOfStart(error);
    }

    private static List<HookException> differing(HookException error, @Nullable HookException hookError) {
        return hookError == null || hookError == error ? List.of(error) : List.of(error, hookError);
    }

    private static int codeOfStart(HookException error) {
        return error.getCause() instanceof ProcessStartException failed && isNoProgram(failed.reason())
                ? ExitCodes.PROGRAM_NOT_FOUND
                : ExitCodes.RUN_FAILED;
    }

    private static boolean isNoProgram(ProcessStartException.Reason reason) {
        return switch (reason) {
            case PROGRAM_NOT_FOUND, NOT_EXECUTABLE, NOT_A_PROGRAM -> true;
            default -> false;
        };
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
