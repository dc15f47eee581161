// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.oci.Capabilities;
import io.runflux.oci.ContainerState;
import io.runflux.oci.OciJson;
import io.runflux.oci.OciProcess;
import io.runflux.oci.Spec;
import io.runflux.oci.User;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A further process as it was asked for. */
record ExecProcess(
        List<String> arguments,
        List<EnvironmentVariable> environment,
        @Nullable Path workingDirectory,
        @Nullable User user) {
    private static final String DEFAULT_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /** Completes it by what the configuration of the container says about its own process. */
    Mono<OciProcess> in(ContainerState container) {
        Path file = Path.of(container.bundle()).resolve(Spec.FILE_NAME);
        return Mono.fromCallable(() -> toProcess(OciJson.read(file, Spec.class)))
                .subscribeOn(Schedulers.boundedElastic());
    }

    /** Completes it by nothing but what every program needs. */
    OciProcess alone() {
        return complete(OciProcess.of(arguments).withEnv(List.of(DEFAULT_PATH)));
    }

    private OciProcess toProcess(Spec spec) {
        OciProcess init = spec.process();
        OciProcess process = (init == null ? OciProcess.of(arguments) : init.withArgs(arguments))
                .withTerminal(false)
                .withConsoleSize(null);
        return complete(process);
    }

    private OciProcess complete(OciProcess process) {
        OciProcess withEnvironment = process.withEnv(EnvironmentVariable.addAll(environment, process.env()));
        OciProcess placed =
                workingDirectory == null ? withEnvironment : withEnvironment.withCwd(workingDirectory.toString());
        return user == null ? placed : asUser(placed, user);
    }

    /** As execve(2) has it for a user who is not root, though a runtime would grant what the configuration lists. */
    private static OciProcess asUser(OciProcess process, User user) {
        Capabilities all = process.capabilities();
        OciProcess changed = process.withUser(user);
        return all == null || user.uid() == 0
                ? changed
                : changed.withCapabilities(
                        new Capabilities(all.bounding(), List.of(), List.of(), List.of(), List.of(), Map.of()));
    }
}
