// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.runtime.HostRuntimeConfig;
import io.runflux.runtime.OciRuntimes;
import io.runflux.stdio.UpstreamOptions;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/**
 * What an orchestrator does, wherever its containers are. It is tried with real processes of this host, and what those
 * cannot do is played.
 */
abstract class OrchestratorContract implements ChangesContract, StreamsContract, AnswersContract {
    @TempDir
    private Path directory;

    private final PlayedRuntime runtime = new PlayedRuntime();
    private EmbeddedOrchestrator engine;
    private Orchestrator orchestrator;

    @BeforeEach
    void makeOrchestrator() {
        Path bundles = Remains.newDirectory(directory, "bundles");
        HostRuntimeConfig config = HostRuntimeConfig.defaults().withRoot(directory.resolve("state"));
        engine = Orchestrator.builder()
                .runtime(launcher -> runtime.over(OciRuntimes.host(launcher, config)))
                .bundleDirectory(bundles)
                .logs(UpstreamOptions.defaults().withAllowedRoots(directory))
                .build();
        orchestrator = reach(engine, directory);
    }

    /** Returns the one that is tried, whose containers the other keeps. */
    abstract Orchestrator reach(EmbeddedOrchestrator keeper, Path place);

    @AfterEach
    void disposeOfOrchestrator() {
        orchestrator.disposeLater().then(letGo()).then(engine.disposeLater()).block(LIMIT);
        assertThat(Stream.of("bundles", "state").map(directory::resolve).flatMap(Remains::files))
                .isEmpty();
    }

    /** Lets go of what is in between. */
    Mono<Void> letGo() {
        return Mono.empty();
    }

    @Override
    public Orchestrator orchestrator() {
        return orchestrator;
    }

    @Override
    public EmbeddedOrchestrator engine() {
        return engine;
    }

    @Override
    public PlayedRuntime runtime() {
        return runtime;
    }

    @Override
    public Path directory() {
        return directory;
    }
}
