// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.OciRuntimes;
import io.runflux.runtime.RuntimeConfig;
import io.runflux.stdio.LogRecord;
import io.runflux.stdio.StdioUri;
import io.runflux.stdio.UpstreamOptions;
import java.nio.file.Path;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

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

    static Orchestrator runc(Path logs) {
        // tag::runc[]
        Orchestrator orchestrator = Orchestrator.builder()
                .runtime(launcher -> OciRuntimes.runc(launcher, RuntimeConfig.of(Path.of("/usr/sbin/runc"))))
                .subreaper(true)
                .logs(UpstreamOptions.defaults().withAllowedRoots(logs))
                .build();
        // end::runc[]
        return orchestrator;
    }

    static void life(Orchestrator orchestrator, Path logs) {
        // tag::life[]
        ContainerId web = ContainerId.of("web-" + ProcessHandle.current().pid());
        String program = "trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.1; done";
        LaunchRequest request = LaunchRequest.rootfs(web, Path.of("/"), List.of("sh", "-c", program))
                .withStreams(LaunchStreams.none().withLog(StdioUri.file(logs.resolve("web.log"))));
        ContainerStreams console = ContainerStreams.copyTo(System.out, System.err);

        orchestrator.launch(request).block();
        Flux<LogRecord> lines = orchestrator.logs(web, LogsOptions.defaults().withFollow(true));
        System.out.print(lines.map(LogRecord::text).blockFirst());
        orchestrator
                .exec(ExecRequest.of(web, List.of("echo", "from within")).withStreams(console))
                .block();
        Mono.when(orchestrator.attach(web, console), orchestrator.stop(web, StopOptions.defaults()))
                .block();
        System.out.println(orchestrator.waitFor(web).block());
        orchestrator.remove(web, DeleteOptions.defaults()).block();
        orchestrator.disposeLater().block();
        // end::life[]
    }
}
