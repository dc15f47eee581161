// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import static io.runflux.server.Served.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.EventCursor;
import io.runflux.events.EventEnvelope;
import io.runflux.events.EventJson;
import io.runflux.events.EventLines;
import io.runflux.events.RuntimeEvent;
import io.runflux.wire.SnapshotBody;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClientResponse;

/** Real events over real connections. */
class EventRequestsTest {
    @TempDir
    private static Path directory;

    private static Served served;

    @BeforeAll
    static void serve() {
        served = new Served(
                directory, builder -> builder.limits(ServerLimits.defaults().withHeartbeat(Duration.ofMillis(50))));
    }

    @AfterAll
    static void end() {
        served.close();
    }

    private static String cursor() {
        return served.get("/v1/containers").read(SnapshotBody.class).cursor().toString();
    }

    private static void live(String id) {
        served.launch(id, "exec sleep 60");
        served.remove(id);
    }

    /** Lines of a stream, without their ends, as long as somebody reads. */
    private static Flux<String> lines(String uri, Map<String, String> headers) {
        return served.client()
                .headers(all -> headers.forEach(all::set))
                .get()
                .uri(uri)
                .response((response, content) -> checked(response).thenMany(content.asString(StandardCharsets.UTF_8)))
                .concatMapIterable(text -> List.of(text.split("")))
                .bufferUntil("\n"::equals)
                .map(line -> String.join("", line).strip());
    }

    private static Mono<Void> checked(HttpClientResponse response) {
        assertThat(response.status().code()).isEqualTo(200);
        assertThat(response.responseHeaders().get("Cache-Control")).isEqualTo("no-store");
        return Mono.empty();
    }

    private static List<String> topics(Flux<EventEnvelope> events, int count) {
        return Objects.requireNonNull(events.take(count)
                .map(event -> event.topic().path())
                .collectList()
                .block(LIMIT));
    }

    @Test
    void sse_fromAPlace_hasIdsTopicsAndData() {
        String before = cursor();
        live("sse");

        List<String> lines = Objects.requireNonNull(lines("/v1/events?container=sse&after=" + before, Map.of())
                .takeUntil(line -> line.equals("event: /tasks/delete"))
                .collectList()
                .block(LIMIT));

        assertThat(lines)
                .contains("id: " + before)
                .filteredOn(line -> line.startsWith("event: "))
                .containsExactly(
                        "event: /tasks/create", "event: /tasks/start", "event: /tasks/exit", "event: /tasks/delete");
        assertThat(lines).filteredOn(line -> line.startsWith("retry: ")).hasSize(1);
    }

    @Test
    void sse_comingAgain_goesOnAfterTheLastEvent() {
        String before = cursor();
        live("again");
        String second = Objects.requireNonNull(lines("/v1/events?after=" + before, Map.of())
                .filter(line -> line.startsWith("id: "))
                .elementAt(2)
                .block(LIMIT));

        List<String> rest = Objects.requireNonNull(
                lines("/v1/events?container=again&after=" + before, Map.of("Last-Event-ID", second.substring(4)))
                        .filter(line -> line.startsWith("event: "))
                        .take(2)
                        .collectList()
                        .block(LIMIT));

        assertThat(rest).containsExactly("event: /tasks/exit", "event: /tasks/delete");
    }

    @Test
    void sse_fromNowOn_saysWhereAtOnceAndBeats() {
        List<String> lines = Objects.requireNonNull(lines("/v1/events", Map.of())
                .takeUntil(":"::equals)
                .collectList()
                .block(LIMIT));

        assertThat(lines)
                .filteredOn(line -> line.startsWith("id: "))
                .singleElement()
                .satisfies(line -> EventCursor.parse(line.substring(4)));
    }

    @Test
    void lines_fromAPlace_areEvents() {
        String before = cursor();
        live("lines");

        Flux<EventEnvelope> events = lines(
                        "/v1/events?topic=/tasks/*&container=lines&after=" + before,
                        Map.of("Accept", "application/x-ndjson"))
                .mapNotNull(EventLines::read);

        assertThat(topics(events, 4)).containsExactly("/tasks/create", "/tasks/start", "/tasks/exit", "/tasks/delete");
    }

    @Test
    void lines_fromALifeThatIsOver_beginWithAGap() {
        EventEnvelope first = lines("/v1/events?after=elsewhere-7", Map.of("Accept", "application/x-ndjson"))
                .mapNotNull(EventLines::read)
                .blockFirst(LIMIT);

        assertThat(Objects.requireNonNull(first).event()).isInstanceOf(RuntimeEvent.Gap.class);
    }

    @Test
    void messages_fromAPlace_areEventsBetweenPings() {
        String before = cursor();
        live("messages");

        Flux<EventEnvelope> events = served.client()
                .websocket()
                .uri("/v1/events?container=messages&after=" + before)
                .receive()
                .asString(StandardCharsets.UTF_8)
                .map(EventJson::read);

        assertThat(topics(events, 4)).containsExactly("/tasks/create", "/tasks/start", "/tasks/exit", "/tasks/delete");
    }

    @Test
    void follower_afterASnapshot_missesNothing() {
        List<String> seen = Objects.requireNonNull(Flux.range(0, 8)
                .flatMap(i -> {
                    String before = cursor();
                    String id = "follow-" + i;
                    live(id);
                    return lines(
                                    "/v1/events?container=" + id + "&after=" + before,
                                    Map.of("Accept", "application/x-ndjson"))
                            .mapNotNull(EventLines::read)
                            .take(4)
                            .map(event -> event.topic().path())
                            .collectList()
                            .map(topics -> String.join(" ", topics));
                })
                .collectList()
                .block(LIMIT));

        assertThat(seen).hasSize(8).containsOnly("/tasks/create /tasks/start /tasks/exit /tasks/delete");
    }
}
