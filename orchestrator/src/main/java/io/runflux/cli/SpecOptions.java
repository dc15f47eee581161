// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.oci.OciProcess;
import io.runflux.oci.Spec;
import io.runflux.oci.SpecDefaults;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec.Target;

/** What is asked of a container whose configuration is generated. */
final class SpecOptions {
    @picocli.CommandLine.Spec(Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME=VALUE",
            description = "set an environment variable, with --rootfs (repeatable)")
    private List<EnvironmentVariable> environment = List.of();

    @Option(
            names = {"-w", "--cwd"},
            paramLabel = "DIR",
            description = "the working directory, absolute, with --rootfs (default: /)")
    private @Nullable Path workingDirectory;

    @Option(
            names = "--read-only",
            description = "the container may not write to its root, with --rootfs; not with the host runtime")
    private boolean readOnly;

    @Parameters(paramLabel = "COMMAND", description = "the program and its arguments, with --rootfs")
    private List<String> arguments = List.of();

    /** A bundle says all of that itself. */
    void refuse() {
        if (!arguments.isEmpty() || !environment.isEmpty() || workingDirectory != null || readOnly) {
            throw usage("a bundle has its command, environment, working directory and root in its config.json;"
                    + " COMMAND, --env, --cwd and --read-only go with --rootfs");
        }
    }

    Spec generate(Path rootfs, String runtime) {
        boolean isHost = runtime.equals(Runtimes.HOST);
        check(isHost);
        Spec generated = SpecDefaults.defaults().withReadonlyRootfs(readOnly).generate(rootfs, arguments);
        OciProcess process = withSettings(Required.of(generated.process()));
        return generated.withProcess(isHost ? forHost(process) : process);
    }

    private void check(boolean isHost) {
        if (arguments.isEmpty() || arguments.get(0).isEmpty()) {
            throw usage("--rootfs needs a COMMAND to run");
        }
        if (workingDirectory != null && !workingDirectory.isAbsolute()) {
            throw usage("--cwd must be an absolute path, was '" + workingDirectory + "'");
        }
        if (readOnly && isHost) {
            throw usage("--read-only needs a runtime that isolates, such as runc; the host runtime does not");
        }
    }

    private OciProcess withSettings(OciProcess process) {
        List<String> variables = new ArrayList<>(process.env());
        for (EnvironmentVariable added : environment) {
            variables.removeIf(added::isSetBy);
            variables.add(added.toString());
        }
        OciProcess changed = process.withEnv(variables);
        return workingDirectory == null ? changed : changed.withCwd(workingDirectory.toString());
    }

    /**
     * A plain process is this user's. Its limits would be set through a program of the host, which another root does
     * not have.
     */
    private static OciProcess forHost(OciProcess process) {
        return process.withUser(CurrentUser.get()).withRlimits(List.of());
    }

    private ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
