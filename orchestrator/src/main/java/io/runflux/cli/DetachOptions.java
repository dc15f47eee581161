// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.orchestrator.LaunchRequest;
import io.runflux.orchestrator.RestartPolicy;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import picocli.CommandLine.TypeConversionException;

/** Whether a container is left to the server that runs it, and how it is looked after there. */
final class DetachOptions {
    @Spec(Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = {"-d", "--detach"},
            description = "do not stay with it: print its id, and leave it to the server (--connect)")
    private boolean detach;

    @Option(
            names = "--restart",
            paramLabel = "POLICY",
            converter = PolicyConverter.class,
            description = "when it is started again, with --detach: no, on-failure[:LIMIT], always or unless-stopped"
                    + " (default: no)")
    private @Nullable RestartPolicy restart;

    @Option(names = "--rm", description = "remove it at its end, with --detach; without, that is always done")
    private boolean isRemovedAtEnd;

    boolean isWanted() {
        return detach;
    }

    void check(boolean isConnected) {
        if (detach && !isConnected) {
            throw usage("--detach goes with --connect: without a server a container lives as long as its 'run', which"
                    + " a shell puts into the background with &");
        }
        if (!detach && restart != null) {
            throw usage("--restart goes with --detach");
        }
    }

    LaunchRequest addTo(LaunchRequest request) {
        LaunchRequest removed = request.withRemovedAtEnd(isRemovedAtEnd);
        return restart == null ? removed : removed.withRestart(restart);
    }

    private ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    /** Reads a policy as docker writes it. */
    static final class PolicyConverter implements ITypeConverter<RestartPolicy> {
        private static final Pattern ON_FAILURE = Pattern.compile("on-failure(?::(\\d{1,9}))?");

        @Override
        public RestartPolicy convert(String value) {
            Matcher onFailure = ON_FAILURE.matcher(value);
            if (onFailure.matches()) {
                String limit = onFailure.group(1);
                return RestartPolicy.onFailure(limit == null ? 0 : Integer.parseInt(limit));
            }
            return switch (value) {
                case "no" -> RestartPolicy.no();
                case "always" -> RestartPolicy.always();
                case "unless-stopped" -> RestartPolicy.unlessStopped();
                default ->
                    throw new TypeConversionException(
                            "a restart policy is no, on-failure[:LIMIT], always or unless-stopped, was '" + value
                                    + "'");
            };
        }
    }
}
