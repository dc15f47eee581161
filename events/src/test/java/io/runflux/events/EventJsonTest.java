// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import static io.runflux.events.Samples.C1;
import static io.runflux.events.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EventJsonTest {
    private static final Instant TEN = Instant.parse("2026-11-21T10:00:00Z");
    private static final String STARTED = """
            {"sequence":7,"epoch":"e","time":"2026-11-21T10:00:00Z","topic":"/tasks/start","cause":"run c1",\
            "event":{"container_id":"c1","pid":42}}""";

    static Stream<Named<RuntimeEvent>> everyKind() {
        return Samples.everyKind().stream();
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void read_whatWasWritten_isTheSame(RuntimeEvent event) {
        EventEnvelope envelope = new EventEnvelope(1L << 53, "epoch", NOON, "run \u001b[31m c1", event);
        String json = EventJson.write(envelope);
        assertThat(json).matches("[ -~]+");
        assertThat(EventJson.read(json)).isEqualTo(envelope);
    }

    @Test
    void everyKind_coversAllTopics() {
        assertThat(everyKind().map(named -> named.getPayload().topic())).contains(Topic.values());
        assertThat(everyKind().<Class<?>>map(named -> named.getPayload().getClass()))
                .contains(RuntimeEvent.class.getPermittedSubclasses());
    }

    @Test
    void write_started_hasTheDocumentedShape() {
        EventEnvelope envelope = new EventEnvelope(7, "e", TEN, "run c1", new RuntimeEvent.Started(C1, 42));
        assertThat(EventJson.write(envelope)).isEqualTo(STARTED);
    }

    @Test
    void write_exited_hasTheDocumentedShape() {
        RuntimeEvent event = new RuntimeEvent.Exited(C1, null, 42, ExitStatus.signaled(Signal.KILL), TEN, null);
        assertThat(EventJson.write(new EventEnvelope(7, "e", TEN, null, event))).isEqualTo("""
                        {"sequence":7,"epoch":"e","time":"2026-11-21T10:00:00Z","topic":"/tasks/exit","event":\
                        {"container_id":"c1","pid":42,\
                        "exit_status":{"kind":"signaled","code":137,"signal":9,"core_dumped":false},\
                        "exited_at":"2026-11-21T10:00:00Z"}}""");
    }

    @Test
    void write_hookFinished_hasTheDocumentedShape() {
        RuntimeEvent event = Samples.finished(RuntimeEvent.HookOutcome.NOT_STARTED, null);
        assertThat(EventJson.write(new EventEnvelope(7, "e", TEN, null, event))).isEqualTo("""
                        {"sequence":7,"epoch":"e","time":"2026-11-21T10:00:00Z","topic":"/hooks/finished","event":\
                        {"container_id":"c1","stage":"precreate","index":2,"path":"/bin/h",\
                        "outcome":"not_started","duration":"PT1.5S"}}""");
    }

    @Test
    void write_hookTimedOut_hasTheDocumentedShape() {
        ExitStatus killed = ExitStatus.signaled(Signal.KILL);
        RuntimeEvent event = new RuntimeEvent.HookTimedOut(C1, "poststop", 0, "/bin/h", killed, Samples.SOON);
        assertThat(EventJson.write(new EventEnvelope(7, "e", TEN, null, event))).isEqualTo("""
                        {"sequence":7,"epoch":"e","time":"2026-11-21T10:00:00Z","topic":"/hooks/timed-out","event":\
                        {"container_id":"c1","stage":"poststop","index":0,"path":"/bin/h",\
                        "exit_status":{"kind":"signaled","code":137,"signal":9,"core_dumped":false},\
                        "duration":"PT10S"}}""");
    }

    @Test
    void write_restartingAndHealth_haveTheDocumentedShape() {
        RuntimeEvent restarting = new RuntimeEvent.Restarting(C1, 3, Duration.ofMillis(400));
        RuntimeEvent health = new RuntimeEvent.HealthChanged(C1, HealthStatus.UNHEALTHY);
        assertThat(EventJson.write(new EventEnvelope(7, "e", TEN, null, restarting)))
                .isEqualTo("""
                        {"sequence":7,"epoch":"e","time":"2026-11-21T10:00:00Z","topic":"/tasks/restart","event":\
                        {"container_id":"c1","restarts":3,"delay":"PT0.4S"}}""");
        assertThat(EventJson.write(new EventEnvelope(7, "e", TEN, null, health)))
                .isEqualTo("""
                        {"sequence":7,"epoch":"e","time":"2026-11-21T10:00:00Z","topic":"/tasks/health","event":\
                        {"container_id":"c1","status":"unhealthy"}}""");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"kind\":\"exited\",\"code\":137} | exit status 137",
                "{\"kind\":\"signaled\",\"code\":137,\"signal\":9} | signal SIGKILL",
                "{\"kind\":\"signaled\",\"signal\":11,\"core_dumped\":true} | signal SIGSEGV (core dumped)",
                "{\"kind\":\"unknown\",\"code\":-1} | exit status unknown",
            })
    void read_exitStatus_keepsTheKindsApart(String status, String expected) {
        String json = STARTED.replace("/start", "/exit")
                .replace("\"pid\":42", "\"pid\":42,\"exited_at\":\"2026-11-21T10:00:00Z\",\"exit_status\":" + status);
        RuntimeEvent.Exited exited = (RuntimeEvent.Exited) EventJson.read(json).event();
        assertThat(exited.exitStatus()).hasToString(expected);
    }

    @Test
    void read_unknownFieldsAndNulls_areIgnored() {
        String json = STARTED.replace("\"pid\":42", "\"pid\":42,\"later\":{\"a\":[1]}")
                .replace("\"sequence\":7", "\"sequence\":7,\"node\":\"n1\"")
                .replace("\"run c1\"", "null");
        assertThat(EventJson.read(json))
                .isEqualTo(new EventEnvelope(7, "e", TEN, null, new RuntimeEvent.Started(C1, 42)));
    }

    static Stream<Arguments> garbage() {
        return Stream.of(
                Arguments.of("", "event must be a JSON object"),
                Arguments.of("null", "event must be a JSON object, was null"),
                Arguments.of("[1]", "event must be a JSON object, was [1]"),
                Arguments.of("{", "event is not JSON: "),
                Arguments.of("{}", "event lacks the field 'topic'"),
                Arguments.of(STARTED + "{}", "event is not JSON: "),
                Arguments.of(STARTED.substring(0, 90), "event is not JSON: "),
                Arguments.of(with("\"sequence\":7", "\"sequence\":7,\"sequence\":8"), "event is not JSON: Duplicate"),
                Arguments.of(with("/tasks/start", "/tasks/begin"), "was '/tasks/begin'"),
                Arguments.of(with("/tasks/start", "/\\u001b"), "was '/?'"),
                Arguments.of(with("\"sequence\":7", "\"sequence\":\"7\""), "field 'sequence' must be an integer"),
                Arguments.of(with("\"sequence\":7", "\"sequence\":0"), "sequence must be 1 or more, was 0"),
                Arguments.of(with("\"sequence\":7", "\"sequence\":1e99"), "field 'sequence' must be an integer"),
                Arguments.of(with("\"sequence\":7", "\"sequence\":99999999999999999999"), "field 'sequence' must be"),
                Arguments.of(with("42", "4294967338"), "field 'event.pid' must be an integer of at most 2147483647"),
                Arguments.of(with("42", "-4294967254"), "pid must be 0 or more"),
                Arguments.of(with("\"c1\"", "\"../c1\""), "field 'event.container_id': container id must be letters"),
                Arguments.of(with("\"c1\"", "null"), "event lacks the field 'event.container_id'"),
                Arguments.of(with("2026-11-21T10", "yesterday"), "field 'time': "),
                Arguments.of(with("\"run c1\"", "[]"), "field 'cause' must be a string, was []"),
                Arguments.of(with("\"e\"", "\"\""), "epoch must have 1 to 256 characters, has 0"),
                Arguments.of(with("{\"container_id\":\"c1\",\"pid\":42}", "3"), "field 'event' must be a JSON object"),
                Arguments.of(with("/start", "/exit"), "event lacks the field 'event.exit_status'"),
                Arguments.of(" ".repeat((1 << 20) + 1), "event must have at most 1048576 characters, has 1048577"),
                Arguments.of("{\"a\":".repeat(65), "event is not JSON: "));
    }

    private static String with(String part, String other) {
        assertThat(STARTED).contains(part);
        return STARTED.replace(part, other);
    }

    @ParameterizedTest
    @MethodSource("garbage")
    void read_garbage_saysWhatIsWrong(String json, String expected) {
        assertThatExceptionOfType(EventFormatException.class)
                .isThrownBy(() -> EventJson.read(json))
                .withMessageContaining(expected)
                .satisfies(e -> assertThat(e.getMessage()).matches("[ -~]{1,600}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"stage\":\"precreate\", | '' | event lacks the field 'event.stage'",
                "precreate | '' | stage must have 1 to 256 characters, has 0",
                "\"index\":2 | \"index\":-1 | index must be 0 or more, was -1",
                "\"index\":2 | \"index\":2.5 | field 'event.index' must be an integer",
                "\"/bin/h\" | null | event lacks the field 'event.path'",
                "failed | Failed | outcome': must be one of [succeeded, failed, not_started, cancelled], was 'Failed'",
                "failed | succeeded | a hook that succeeded must have exit status 0, was exit status 7",
                "failed | not_started | a hook that was not started must have no exit status, was exit status 7",
                "exited | done | exit status must be of the kind exited, signaled or unknown, was 'done'",
                "{\"kind\":\"exited\",\"code\":7} | 7 | field 'event.exit_status' must be a JSON object, was 7",
                "PT1.5S | 1500 | field 'event.duration': ",
                "PT1.5S | PT-1S | duration must not be negative, was PT-1S",
                "\"PT1.5S\" | null | event lacks the field 'event.duration'",
            })
    void read_malformedHookEvent_saysWhatIsWrong(String part, String other, String expected) {
        RuntimeEvent event = Samples.finished(RuntimeEvent.HookOutcome.FAILED, ExitStatus.exited(7));
        String json = EventJson.write(new EventEnvelope(7, "e", TEN, null, event));
        assertThat(json).contains(part);
        assertThatExceptionOfType(EventFormatException.class)
                .isThrownBy(() -> EventJson.read(json.replace(part, other)))
                .withMessageContaining(expected);
    }

    @Test
    void read_mutatedText_failsWithNothingElse() {
        Random random = new Random(20261121);
        String[] lines = Samples.everyKind().stream()
                .map(named -> EventJson.write(new EventEnvelope(1, "e", TEN, "c", named.getPayload())))
                .toArray(String[]::new);
        long refused = random.ints(20_000, 0, lines.length)
                .filter(i -> !isReadable(mutate(lines[i], random)))
                .count();
        assertThat(refused).as("of 20000 in %s", Arrays.toString(lines)).isBetween(1_000L, 19_999L);
    }

    private static boolean isReadable(String json) {
        try {
            return EventJson.read(json).sequence() >= 0;
        } catch (EventFormatException expected) {
            return false;
        }
    }

    private static String mutate(String line, Random random) {
        StringBuilder text = new StringBuilder(line);
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
            case 0 -> text.setCharAt(at, "{}[]\",:0-9eE\\\u0000\uD800n".charAt(random.nextInt(16)));
            case 1 -> text.deleteCharAt(at);
            default -> text.setLength(at);
        }
        return text.toString();
    }
}
