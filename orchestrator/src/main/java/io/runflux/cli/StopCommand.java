// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.orchestrator.StopOptions;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import reactor.core.publisher.Mono;

@Command(
        name = "stop",
        description = "Ends a container: sends a signal, waits, kills all that runs in it, and waits for the end. The"
                + " container stays, stopped, for 'delete', unless it is one that goes with its 'run'.",
        mixinStandardHelpOptions = true)
final class StopCommand implements Callable<Integer> {
    @Mixin
    private ContainerOptions container = new ContainerOptions();

    @Option(
            names = {"-t", "--time"},
            paramLabel = "DURATION",
            defaultValue = "10s",
            converter = SecondsConverter.class,
            description = "how long it has until it is killed, such as 500ms; a number alone is seconds, and 0 kills at"
                    + " once (default: ${DEFAULT-VALUE})")
    private Duration grace = Duration.ofSeconds(10);

    @Option(
            names = {"-s", "--signal"},
            paramLabel = "SIGNAL",
            defaultValue = "TERM",
            converter = KillCommand.SignalConverter.class,
            description = "what it is sent first, a number, or a name such as INT (default: ${DEFAULT-VALUE})")
    private Signal signal = Signal.TERM;

    @Override
    public Integer call() {
        container.orchestrate(this::stop);
        return ExitCodes.OK;
    }

    private Mono<ExitStatus> stop(Orchestrator orchestrator, ContainerId id) {
        return orchestrator.stop(id, new StopOptions(signal, grace));
    }
}
