// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import java.nio.file.Path;
import java.util.List;

/** What the README shows. */
final class EmbeddingExample {
    private EmbeddingExample() {}

    static void main() {
        // tag::embedding[]
        Orchestrator orchestrator = Orchestrator.create();
        orchestrator.events().subscribe(event -> System.out.println(event.topic()));
        RunRequest request = RunRequest.rootfs(ContainerId.of("hello"), Path.of("/"), List.of("echo", "hello"))
                .withStreams(ContainerStreams.copyTo(System.out, System.err));
        RunReport report = orchestrator.run(request).blockOptional().orElseThrow();
        System.out.println(report.status());
        orchestrator.disposeLater().block();
        // end::embedding[]
    }
}
