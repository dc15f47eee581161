// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;

/** What the parts of the contract have to work with. */
interface ContractStage {
    Duration LIMIT = Duration.ofSeconds(20);
    ContainerId ID = ContainerId.of("rf-same-" + ProcessHandle.current().pid());
    ContainerId NOBODY = ContainerId.of("rf-nobody");

    Orchestrator orchestrator();

    EmbeddedOrchestrator engine();

    PlayedRuntime runtime();

    Path directory();

    default LaunchRequest request(String script) {
        return LaunchRequest.rootfs(ID, Path.of("/"), command(script));
    }

    default RunRequest runRequest(String script) {
        return RunRequest.rootfs(ID, Path.of("/"), command(script));
    }

    default ExecRequest execRequest(String script) {
        return ExecRequest.of(ID, command(script));
    }

    default List<String> command(String script) {
        return List.of("/bin/sh", "-c", script);
    }

    /** Has one launched that goes on until it is ended. */
    default ContainerInfo launch() {
        return await(orchestrator().launch(request("exec sleep 60")));
    }

    default <T> T await(Mono<T> answer) {
        return answer.blockOptional(LIMIT).orElseThrow();
    }

    default Throwable failure(Mono<?> answer) {
        return answer.then(Mono.<Throwable>empty())
                .onErrorResume(Mono::just)
                .blockOptional(LIMIT)
                .orElseThrow(() -> new AssertionError("it did not fail"));
    }
}
