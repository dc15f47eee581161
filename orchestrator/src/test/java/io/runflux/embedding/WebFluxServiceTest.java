// SPDX-License-Identifier: Apache-2.0
package io.runflux.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.EventEnvelope;
import io.runflux.events.ExitStatus;
import io.runflux.events.RuntimeEvent;
import io.runflux.events.Topic;
import io.runflux.orchestrator.ContainerStreams;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.orchestrator.RunRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/** A whole application: its port, its threads, and its end. Spring takes a second or two to begin. */
@Tag("once")
class WebFluxServiceTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String ID = "rf-webflux-" + ProcessHandle.current().pid();
    /** Those of the loops are the service's own; those of Reactor Netty are the test's client's. */
    private static final List<String> DOCUMENTED =
            List.of("runflux-spawner", "runflux-events", "boundedElastic", "parallel");

    private final ConfigurableApplicationContext context = start();

    private static ConfigurableApplicationContext start() {
        SpringApplication application = new SpringApplication(WebFluxService.class);
        application.setDefaultProperties(Map.of(
                "server.address", "127.0.0.1",
                "server.port", "0",
                "server.shutdown", "graceful",
                "spring.main.banner-mode", "off"));
        application.setRegisterShutdownHook(false);
        return application.run();
    }

    @AfterEach
    void close() {
        context.close();
    }

    private HttpClient client() {
        String port = Objects.requireNonNull(context.getEnvironment().getProperty("local.server.port"));
        return HttpClient.newConnection().baseUrl("http://127.0.0.1:" + port);
    }

    private String get(String path) {
        return Objects.requireNonNull(client().get()
                .uri(path)
                .responseContent()
                .aggregate()
                .asString()
                .block(LIMIT));
    }

    @Test
    void endpoint_runsAProgram_andStreamsItsEvents() {
        List<String> topics = get("/hello/" + ID)
                .lines()
                .filter(line -> line.startsWith("event:"))
                .toList();

        assertThat(topics)
                .containsExactly(
                        "event:/tasks/create", "event:/tasks/start", "event:/tasks/exit", "event:/tasks/delete");
    }

    /** Its own kinds of threads are those that DESIGN.md names, and no event loops. */
    @Test
    void orchestrator_addsNoThreadThatWasNotAskedFor() {
        String loop = get("/thread");
        Set<String> before = Threads.kinds();

        get("/hello/" + ID);

        assertThat(Threads.kindsBeside(before)).isSubsetOf(DOCUMENTED);
        assertThat(loop).startsWith("service-epoll");
        assertThat(Threads.kinds()).doesNotContain("runflux-epoll");
    }

    @Test
    void close_endsWhatWasLaunched_andLeavesNothing() throws Exception {
        long pid = Long.parseLong(Objects.requireNonNull(client().post()
                .uri("/sleepers/" + ID)
                .responseContent()
                .aggregate()
                .asString()
                .block(LIMIT)));
        assertThat(Path.of("/proc/" + pid)).exists();
        Orchestrator orchestrator = context.getBean(Orchestrator.class);

        context.close();

        assertThat(Path.of("/proc/" + pid)).doesNotExist();
        Threads.awaitEnd("runflux-spawner");
        assertThat(Threads.kinds()).doesNotContain("runflux-spawner");
        assertThat(pidfds()).isZero();
        assertThat(orchestrator.disposeLater().blockOptional(Duration.ZERO)).isEmpty();
    }

    /** The loops that end with the context must not end before that. */
    @Test
    void close_asksContainersToEnd_andSeesThemEnd(@TempDir Path directory) throws IOException {
        Path farewell = directory.resolve("farewell");
        String program = "trap 'echo bye > " + farewell + "; exit 3' TERM; echo ready; while :; do sleep 0.05; done";
        Orchestrator orchestrator = context.getBean(Orchestrator.class);
        Mono<EventEnvelope> exit = orchestrator
                .events()
                .filter(event -> event.topic() == Topic.EXIT)
                .next()
                .cache();
        exit.subscribe();
        try (PipedInputStream output = new PipedInputStream()) {
            ContainerStreams streams =
                    ContainerStreams.copyTo(new PipedOutputStream(output), OutputStream.nullOutputStream());
            orchestrator
                    .run(RunRequest.rootfs(ContainerId.of(ID), Path.of("/"), List.of("sh", "-c", program))
                            .withStreams(streams))
                    .onErrorComplete()
                    .subscribe();
            assertThat(output.read()).isEqualTo('r');

            context.close();
        }

        assertThat(farewell).hasContent("bye");
        assertThat(exit.map(EventEnvelope::event).block(LIMIT))
                .isInstanceOfSatisfying(RuntimeEvent.Exited.class, event -> assertThat(event.exitStatus())
                        .isEqualTo(ExitStatus.exited(3)));
    }

    private static long pidfds() throws Exception {
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(WebFluxServiceTest::isPidfd).count();
        }
    }

    private static boolean isPidfd(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().contains("pidfd");
        } catch (IOException closed) {
            return false;
        }
    }
}
