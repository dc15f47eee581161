// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.client.RunfluxClient;
import io.runflux.client.ServerUnavailableException;
import io.runflux.events.ContainerId;
import io.runflux.events.EventEnvelope;
import io.runflux.events.RuntimeEvent.Gap;
import io.runflux.events.SubscribeOptions;
import io.runflux.events.Topic;
import io.runflux.orchestrator.ContainerStreams;
import io.runflux.orchestrator.ExecRequest;
import io.runflux.orchestrator.LaunchRequest;
import io.runflux.orchestrator.LaunchStreams;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.orchestrator.RunRequest;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.ContainerStdio;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The server's JVM is killed in the middle of everything. What it ran ends with its input. */
@Tag("once")
class KilledServerTest {
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final Duration AT_ONCE = Duration.ofSeconds(5);

    private Scene scene;
    private ContainerId id;
    private Path socket;
    private Orchestrator client;

    @BeforeEach
    void setScene(@TempDir Path directory) throws Exception {
        scene = new Scene(directory);
        id = ContainerId.of(scene.id());
        socket = directory.resolve("s").resolve("api");
        client = RunfluxClient.connect("unix://" + socket);
    }

    @AfterEach
    void close() {
        client.disposeLater().block(LIMIT);
    }

    private CliProcess serve() throws IOException {
        String state = scene.state().toString();
        return CliProcess.start(scene, "serve", "--runtime", "host", "--root", state, "--socket", socket.toString())
                .awaitOutput("unix://" + socket);
    }

    private static ContainerStreams untilEndOfInput() {
        return new ContainerStreams() {
            @Override
            public ContainerStdio stdio() {
                return ContainerStdio.pipes();
            }

            @Override
            public Mono<Void> relay(ContainerProcess process) {
                return process.stdout().then();
            }
        };
    }

    private static StepVerifier lost(Publisher<?> operation) {
        return StepVerifier.create(Flux.from(operation).then())
                .expectError(ServerUnavailableException.class)
                .verifyLater();
    }

    private static void awaitTopics(List<EventEnvelope> seen, Topic topic, int count) {
        CliProcess.await(
                () -> seen.stream().filter(event -> event.topic().equals(topic)).count() >= count);
    }

    private static LaunchRequest request(ContainerId id) {
        return LaunchRequest.rootfs(id, Path.of("/"), List.of("cat"))
                .withStreams(LaunchStreams.none().withInput(true));
    }

    @Test
    void operations_serverIsKilled_failAtOnceAndEventsGoOnWithTheNext() throws Exception {
        List<EventEnvelope> seen = new CopyOnWriteArrayList<>();
        Disposable events;
        try (CliProcess server = serve()) {
            client.launch(request(id)).block(LIMIT);
            events = client.events(SubscribeOptions.defaults().from(1)).subscribe(seen::add);
            ContainerId ran = ContainerId.of(id + "-run");
            StepVerifier run = lost(client.run(
                    RunRequest.rootfs(ran, Path.of("/"), List.of("cat")).withStreams(untilEndOfInput())));
            StepVerifier exec =
                    lost(client.exec(ExecRequest.of(id, List.of("cat")).withStreams(untilEndOfInput())));
            StepVerifier wait = lost(client.waitFor(id));
            awaitTopics(seen, Topic.START, 2);
            awaitTopics(seen, Topic.EXEC_STARTED, 1);
            server.send("STOP");
            StepVerifier list = lost(client.list());

            server.send("KILL");

            List.of(list, run, exec, wait).forEach(operation -> operation.verify(AT_ONCE));
        }
        assertThat(lastSeen(seen)).isNotInstanceOf(Gap.class);
        try (CliProcess next = serve()) {
            client.launch(request(ContainerId.of(id + "-next"))).block(LIMIT);
            CliProcess.await(() -> seen.stream().anyMatch(event -> event.event() instanceof Gap));
            awaitTopics(seen, Topic.START, 3);
            assertThat(client.list().collectList().block(LIMIT)).isNotNull();
            next.send("TERM");
            next.end();
        }
        events.dispose();
    }

    private static Object lastSeen(List<EventEnvelope> seen) {
        return seen.get(seen.size() - 1).event();
    }
}
