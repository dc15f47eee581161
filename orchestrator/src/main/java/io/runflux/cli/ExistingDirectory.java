// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** For options that name a directory of this host. */
final class ExistingDirectory {
    private ExistingDirectory() {}

    /** Returns what was given as an absolute path. */
    static Path of(CommandSpec command, String option, Path given) {
        Path directory = given.toAbsolutePath().normalize();
        if (!Files.isDirectory(directory)) {
            throw new ParameterException(
                    command.commandLine(), option + " must be an existing directory, was '" + given + "'");
        }
        return directory;
    }
}
