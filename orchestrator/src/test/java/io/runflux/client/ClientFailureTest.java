// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.orchestrator.ContainerStreams;
import io.runflux.orchestrator.EmbeddedOrchestrator;
import io.runflux.orchestrator.ExecRequest;
import io.runflux.orchestrator.LaunchRequest;
import io.runflux.orchestrator.LaunchStreams;
import io.runflux.orchestrator.LogsOptions;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.runtime.ContainerAlreadyExistsException;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.ContainerStdio;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.HostRuntimeConfig;
import io.runflux.runtime.IllegalContainerStateException;
import io.runflux.runtime.NoSuchContainerException;
import io.runflux.runtime.OciRuntimes;
import io.runflux.server.RunfluxServer;
import io.runflux.server.RunfluxServerBuilder;
import io.runflux.stdio.StdioUri;
import io.runflux.stdio.UpstreamOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** What goes wrong between a client and a server. */
class ClientFailureTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int REFUSALS = Integer.getInteger("refusals", 50);
    private static final ContainerId ID = ContainerId.of("c1");

    @TempDir
    private Path directory;

    private EmbeddedOrchestrator engine;
    private @Nullable RunfluxServer server;
    private @Nullable Orchestrator client;

    @BeforeEach
    void makeEngine() {
        HostRuntimeConfig config = HostRuntimeConfig.defaults().withRoot(directory.resolve("state"));
        engine = Orchestrator.builder()
                .runtime(launcher -> OciRuntimes.host(launcher, config))
                .logs(UpstreamOptions.defaults().withAllowedRoots(directory))
                .build();
    }

    @AfterEach
    void end() {
        Mono<Void> left = client == null ? Mono.empty() : client.disposeLater();
        Mono<Void> closed = server == null ? Mono.empty() : server.disposeLater();
        left.then(closed).then(engine.disposeLater()).block(LIMIT);
    }

    private Orchestrator connect(UnaryOperator<RunfluxServerBuilder> settings) {
        RunfluxServer started = settings.apply(RunfluxServer.builder(engine))
                .unixSocket(directory.resolve("served").resolve("s"))
                .start()
                .blockOptional(LIMIT)
                .orElseThrow();
        server = started;
        Orchestrator connected = RunfluxClient.connect(started.address());
        client = connected;
        return connected;
    }

    private Mono<Void> closeServer() {
        return server == null ? Mono.empty() : server.disposeLater();
    }

    private void launch() {
        engine.launch(LaunchRequest.rootfs(ID, Path.of("/"), List.of("sleep", "60")))
                .block(LIMIT);
    }

    private static ContainerStreams reading(Mono<Void> work) {
        return new ContainerStreams() {
            @Override
            public ContainerStdio stdio() {
                return ContainerStdio.outputPipes();
            }

            @Override
            public Mono<Void> relay(ContainerProcess process) {
                return work;
            }
        };
    }

    @Test
    void streams_serverRefusesToBegin_failsWithItsAnswer() {
        Orchestrator stranger = connect(builder -> builder.bearerToken("a-token-of-some-length"));

        StepVerifier.create(stranger.exec(ExecRequest.of(ID, List.of("true"))))
                .expectErrorSatisfies(
                        error -> assertThat(error).isInstanceOfSatisfying(ServerProblemException.class, refused -> {
                            assertThat(refused.status()).isEqualTo(401);
                            assertThat(refused.type()).isEqualTo("urn:runflux:problem:unauthorized");
                        }))
                .verify(LIMIT);
    }

    /** Each over the connection of the one before, with a body and without. */
    @Test
    void refusals_oneAfterTheOther_areAllTold() {
        launch();
        connect(builder -> builder);
        Orchestrator single = RunfluxClient.at("unix://" + directory.resolve("served/s"))
                .maxCalls(1)
                .answerTimeout(Duration.ofSeconds(5))
                .build();
        LaunchRequest again = LaunchRequest.rootfs(ID, Path.of("/"), List.of("true"));
        Flux<Object> refused = Flux.just(
                        single.remove(ID, DeleteOptions.defaults()),
                        single.create(again),
                        single.start(ID),
                        single.remove(ContainerId.of("none"), DeleteOptions.defaults()))
                .concatMap(
                        request -> Mono.from(request).then(Mono.<Object>empty()).onErrorResume(Mono::just));

        StepVerifier.create(refused.repeat(REFUSALS - 1).map(Object::getClass).distinct())
                .expectNext(
                        IllegalContainerStateException.class,
                        ContainerAlreadyExistsException.class,
                        NoSuchContainerException.class)
                .expectComplete()
                .verify(Duration.ofSeconds(100));
        single.disposeLater().block(LIMIT);
    }

    @Test
    void exec_serverEndsInTheMiddle_failsAndSaysThatItMayBeDone() {
        launch();
        Sinks.Empty<Void> begun = Sinks.empty();
        Disposable watch = engine.events()
                .filter(event -> event.topic().path().equals("/tasks/exec-started"))
                .subscribe(event -> begun.tryEmitEmpty());
        ExecRequest request = ExecRequest.of(ID, List.of("sleep", "60")).withStreams(reading(Mono.never()));
        StepVerifier exec = StepVerifier.create(connect(builder -> builder).exec(request))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(ServerUnavailableException.class, lost -> assertThat(lost.isMaybeDone())
                                .isTrue()))
                .verifyLater();
        begun.asMono().block(LIMIT);
        watch.dispose();

        closeServer().block(LIMIT);

        exec.verify(LIMIT);
    }

    @Test
    void logs_serverEndsInTheMiddle_areNotTakenForThoseOfAContainerThatEnded() {
        LaunchStreams logged = LaunchStreams.none().withLog(StdioUri.file(directory.resolve("log")));
        engine.launch(LaunchRequest.rootfs(ID, Path.of("/"), List.of("sh", "-c", "echo up; exec sleep 60"))
                        .withStreams(logged))
                .block(LIMIT);

        StepVerifier.create(connect(builder -> builder)
                        .logs(ID, LogsOptions.defaults().withFollow(true)))
                .expectNextCount(1)
                .then(() -> closeServer().block(LIMIT))
                .expectError(ServerUnavailableException.class)
                .verify(LIMIT);
    }
}
