// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.nio.file.Path;
import java.util.List;

/** What the README shows of the pool. */
final class WarmPoolExample {
    private WarmPoolExample() {}

    static void main() {
        Orchestrator orchestrator = Orchestrator.create();
        // tag::pool[]
        WarmPool pool = WarmPool.of(
                orchestrator,
                "worker",
                id -> LaunchRequest.rootfs(id, Path.of("/"), List.of("sleep", "infinity")),
                WarmPoolOptions.of(4));
        pool.warmUp().block();
        ExecReport report = pool.withContainer(
                        worker -> orchestrator.exec(ExecRequest.of(worker.id(), List.of("test", "-d", "/tmp"))))
                .blockOptional()
                .orElseThrow();
        pool.disposeLater().block();
        // end::pool[]
        System.out.println(report.status());
        orchestrator.disposeLater().block();
    }
}
