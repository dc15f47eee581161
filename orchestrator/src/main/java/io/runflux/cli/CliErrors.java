// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.orchestrator.RunTimeoutException;
import io.runflux.runtime.OciRuntimeException;
import io.runflux.runtime.ProgramNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import reactor.core.Exceptions;

/** Says what went wrong in one line, in which no control character can forge another. */
final class CliErrors {
    private static final String CLEANUP_FAILED = "Async resource cleanup failed";

    private CliErrors() {}

    /** Options that are mixed into others do not know the command that they are of. */
    static int reportUsage(ParameterException e, CommandLine commandLine) {
        CommandSpec thrower = e.getCommandLine().getCommandSpec();
        CommandSpec command = thrower.root().equals(commandLine.getCommandSpec()) ? thrower : parsed(commandLine);
        String message = String.valueOf(e.getMessage()).replaceFirst("^Error: ", "");
        print(command.commandLine(), message + " (see " + command.qualifiedName() + " --help)");
        return ExitCodes.USAGE;
    }

    private static CommandSpec parsed(CommandLine commandLine) {
        ParseResult parsed = commandLine.getParseResult();
        while (parsed.hasSubcommand()) {
            parsed = parsed.subcommand();
        }
        return parsed.commandSpec();
    }

    static int reportFailure(Exception e, CommandLine commandLine, ParseResult result) {
        Throwable cause = causeOf(e);
        boolean isOutputClosed = isOutputClosed(cause);
        if (!isOutputClosed && !(cause instanceof StoppedBySignalException)) {
            print(commandLine, messageOf(cause));
        }
        if (commandLine.getCommand() instanceof ProcessCommand) {
            return isOutputClosed ? ExitCodes.OUTPUT_CLOSED : codeOfRun(cause);
        }
        return ExitCodes.FAILURE;
    }

    /** What failed while a run was cleaned up says more than that cleaning up failed. */
    private static Throwable causeOf(Exception e) {
        Throwable error = Exceptions.unwrap(e);
        Throwable cause = error.getCause();
        boolean isWrapper = String.valueOf(error.getMessage()).startsWith(CLEANUP_FAILED);
        return isWrapper && cause != null ? cause : error;
    }

    /** As for any command whose reader went away, that is nothing to speak of. */
    private static boolean isOutputClosed(Throwable error) {
        return error instanceof UncheckedIOException
                && error.getCause() instanceof IOException cause
                && "Broken pipe".equals(cause.getMessage());
    }

    private static String messageOf(Throwable error) {
        if (error instanceof OciRuntimeException failed) {
            return failed.summary();
        }
        String message = error.getMessage();
        return message == null ? error.toString() : message;
    }

    private static int codeOfRun(Throwable cause) {
        if (cause instanceof RunTimeoutException) {
            return ExitCodes.TIMED_OUT;
        }
        return cause instanceof ProgramNotFoundException ? ExitCodes.PROGRAM_NOT_FOUND : ExitCodes.RUN_FAILED;
    }

    /** Says each of what cannot be used. */
    static int report(List<? extends Exception> errors, CommandLine commandLine) {
        errors.forEach(error -> print(commandLine, messageOf(error)));
        return errors.isEmpty() ? ExitCodes.OK : ExitCodes.FAILURE;
    }

    private static void print(CommandLine commandLine, String message) {
        commandLine.getErr().println("runflux: " + message.strip().replaceAll("\\p{Cc}+", " "));
        commandLine.getErr().flush();
    }
}
