// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.stdio.UpstreamIo;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Where the output of a process goes besides this command's. */
final class LogOptions {
    @Spec(Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--log",
            paramLabel = "URI",
            converter = LogTarget.Converter.class,
            description = "write the output to a log as well, such as file:///var/log/web.log?format=json&max-size=10m;"
                    + " a directory may be any that is named by no symbolic link. A log that is too slow loses output,"
                    + " which is counted, unless the URI says overflow=wait")
    private @Nullable LogTarget log;

    @Option(
            names = {"-q", "--quiet"},
            description = "write the output to the log alone")
    private boolean quiet;

    boolean isQuiet() {
        return quiet;
    }

    boolean isWanted() {
        return log != null;
    }

    private void check(boolean isTty) {
        if (quiet && log == null) {
            throw new ParameterException(command.commandLine(), "--quiet goes with --log");
        }
        if (quiet && isTty) {
            throw new ParameterException(command.commandLine(), "--quiet does not go with --tty");
        }
    }

    /** Opens the log, and waits for that; null if none was asked for. */
    @Nullable
    OutputLog open(boolean isTty) {
        check(isTty);
        LogTarget target = log;
        return target == null ? null : new OutputLog(target, open(target, isTty), command);
    }

    private static UpstreamIo open(LogTarget target, boolean isTty) {
        return Required.of(UpstreamIo.open(target.uri(), target.options().withTerminal(isTty))
                .block());
    }
}
