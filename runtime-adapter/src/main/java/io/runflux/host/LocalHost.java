// SPDX-License-Identifier: Apache-2.0
package io.runflux.host;

import io.runflux.oci.OciProcess;
import io.runflux.oci.Rlimit;
import io.runflux.oci.User;
import io.runflux.process.Credentials;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import io.runflux.process.ResourceLimit;
import io.runflux.process.Stdio;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/** Starts processes on this machine. */
final class LocalHost implements ProcessHost {
    private final ProcessLauncher launcher;

    LocalHost(ProcessLauncher launcher) {
        this.launcher = launcher;
    }

    @Override
    public Mono<HostedProcess> start(OciProcess process, Pipes pipes) {
        return Mono.fromSupplier(() -> spec(process, pipes))
                .flatMap(launcher::launch)
                .map(HostedProcess::of);
    }

    /** Environments may hold secrets, so messages do not quote them. */
    static ProcessSpec spec(OciProcess process, Pipes pipes) {
        refuseWhatIsNotHonoured(process);
        List<String> args = process.args();
        Map<String, String> environment = environment(process);
        ProcessSpec.Builder spec = program(process, environment)
                .arguments(args.subList(1, args.size()))
                .environment(environment)
                .workingDirectory(Path.of(process.cwd()));
        if (process.terminal()) {
            spec.terminal(Terminals.size(process));
        } else {
            spec.stdin(stdio(pipes.stdin())).stdout(stdio(pipes.stdout())).stderr(stdio(pipes.stderr()));
        }
        applyRights(spec, process);
        return spec.build();
    }

    private static void refuseWhatIsNotHonoured(OciProcess process) {
        if (process.args().isEmpty()) {
            throw new IllegalArgumentException("process.args must have a command, was empty");
        }
        if (process.capabilities() != null || process.oomScoreAdj() != null) {
            throw new IllegalArgumentException("this machine starts no process with capabilities or oomScoreAdj");
        }
        if (!process.unknown().isEmpty()) {
            throw new IllegalArgumentException("this machine starts no process with "
                    + String.join(", ", process.unknown().keySet()));
        }
    }

    private static Map<String, String> environment(OciProcess process) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (int i = 0; i < process.env().size(); i++) {
            String[] parts = process.env().get(i).split("=", 2);
            if (parts.length < 2 || parts[0].isEmpty()) {
                throw new IllegalArgumentException("process.env[" + i + "] must have the form NAME=value");
            }
            variables.put(parts[0], parts[1]);
        }
        return variables;
    }

    private static ProcessSpec.Builder program(OciProcess process, Map<String, String> environment) {
        String name = process.args().get(0);
        return name.indexOf('/') < 0
                ? ProcessSpec.lookup(name, environment.getOrDefault("PATH", ""))
                : ProcessSpec.program(Path.of(process.cwd()).resolve(name));
    }

    private static Stdio stdio(boolean isWanted) {
        return isWanted ? Stdio.pipe() : Stdio.nullDevice();
    }

    private static void applyRights(ProcessSpec.Builder spec, OciProcess process) {
        User user = process.user();
        if (user.uid() != 0 || user.gid() != 0 || !user.additionalGids().isEmpty()) {
            spec.credentials(new Credentials(user.uid(), user.gid(), user.additionalGids()));
        }
        if (user.umask() != null) {
            spec.umask(user.umask());
        }
        if (process.noNewPrivileges()) {
            spec.noNewPrivileges();
        }
        process.rlimits().forEach(limit -> applyLimit(spec, limit));
    }

    private static void applyLimit(ProcessSpec.Builder spec, Rlimit limit) {
        ResourceLimit kind = Stream.of(ResourceLimit.values())
                .filter(value -> limit.type().equals("RLIMIT_" + value.name()))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("this machine does not know the limit '" + limit.type() + "'"));
        spec.limit(
                kind,
                new ResourceLimit.Values(limit.soft().longValue(), limit.hard().longValue()));
    }
}
