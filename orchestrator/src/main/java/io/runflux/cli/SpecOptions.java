// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.oci.OciProcess;
import io.runflux.oci.Spec;
import io.runflux.oci.SpecDefaults;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

    Spec generate(Path rootfs, boolean isHost, boolean hasHostNetwork) {
        check(isHost);
        SpecDefaults defaults =
                SpecDefaults.defaults().withReadonlyRootfs(readOnly).withHostNetwork(hasHostNetwork);
        Spec generated = defaults.generate(rootfs, arguments);
        Spec spec = generated.withProcess(withSettings(Required.of(generated.process())));
        return isHost ? forHost(spec, rootfs) : spec;
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
        OciProcess changed = process.withEnv(EnvironmentVariable.addAll(environment, process.env()));
        return workingDirectory == null ? changed : changed.withCwd(workingDirectory.toString());
    }

    /**
     * A plain process is this user's. Its limits would be set through a program of the host, which another root does
     * not have; that it has another root is noted for the commands that execute more in it.
     */
    private static Spec forHost(Spec spec, Path rootfs) {
        OciProcess process =
                Required.of(spec.process()).withUser(CurrentUser.get()).withRlimits(List.of());
        Map<String, String> annotations =
                rootfs.equals(Path.of("/")) ? Map.of() : Map.of(Runtimes.OWN_ROOT, rootfs.toString());
        return spec.withProcess(process).withAnnotations(annotations);
    }

    private ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
