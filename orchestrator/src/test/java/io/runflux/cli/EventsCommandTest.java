// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static io.runflux.cli.JournalWriter.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.events.EventEnvelope;
import io.runflux.events.EventJson;
import io.runflux.events.ExitStatus;
import io.runflux.events.RuntimeEvent.HookFinished;
import io.runflux.events.RuntimeEvent.HookOutcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventsCommandTest {
    private static final String FIRST = EventJson.write(event("a", 1)) + "\n";
    private static final String SECOND = EventJson.write(event("b", 2)) + "\n";

    private Scene scene;
    private EventJournal journal;

    @BeforeEach
    void writeTwoEvents(@TempDir Path directory) throws Exception {
        scene = new Scene(directory);
        journal = new EventJournal(StateDirectory.open(scene.state()));
        journal.append(event("a", 1));
        journal.append(event("b", 2));
    }

    @Test
    void events_noFilter_printsAll() {
        assertThat(events()).isEqualTo(new CliResult(0, FIRST + SECOND, ""));
    }

    @Test
    void events_filters_printWhatMatches() {
        assertThat(events("--id", "b").out()).isEqualTo(SECOND);
        assertThat(events("--id", "a", "--id", "b").out()).isEqualTo(FIRST + SECOND);
        assertThat(events("--topic", "/tasks/start", "--id", "a").out()).isEqualTo(FIRST);
        assertThat(events("--topic", "/tasks/").out()).isEqualTo(FIRST + SECOND);
        assertThat(events("--topic", "/tasks/exit").out()).isEmpty();
    }

    @Test
    void events_filterFields_printWhatMatchesAll() {
        assertThat(events("--filter", "container=b").out()).isEqualTo(SECOND);
        assertThat(events("--filter", "container=b", "--id", "a").out()).isEqualTo(FIRST + SECOND);
        assertThat(events("--filter", "topic=/tasks/st*", "--filter", "container=a")
                        .out())
                .isEqualTo(FIRST);
        assertThat(events("--filter", "topic=/hooks/*").out()).isEmpty();
    }

    @Test
    void events_since_beginThere() {
        assertThat(events("--since", "a-1").out()).isEqualTo(SECOND);
        assertThat(events("--since", "b-2").out()).isEmpty();
        assertThat(events("--since", "1970-01-01T00:00:00Z").out()).isEqualTo(FIRST + SECOND);
        assertThat(events("--since", "1970-01-01T01:00:01+01:00").out()).isEmpty();
        assertThat(events("--since", "1h").out()).isEmpty();
        assertThat(events("--since", "1").err()).contains("--since with a number goes with --connect");
    }

    /** Of the life of a command. */
    @Test
    void events_sinceAPlaceThatIsNotKept_beginWithAGap() {
        String out = events("--since", "a-7", "--id", "b").out();

        assertThat(out).contains("{\"sequence\":7,\"epoch\":\"a\",").contains("\"topic\":\"/events/gap\"");
        assertThat(out.substring(out.indexOf('\n') + 1)).isEqualTo(SECOND);
    }

    @Test
    void events_hooks_comeThroughUnderTheirTopic() throws Exception {
        HookFinished failed = new HookFinished(
                ContainerId.of("a"),
                "poststop",
                1,
                "/bin/h",
                HookOutcome.FAILED,
                ExitStatus.exited(7),
                Duration.ofMillis(20));
        journal.append(new EventEnvelope(3, "a", Instant.EPOCH, "run a", failed));
        String line = """
                {"sequence":3,"epoch":"a","time":"1970-01-01T00:00:00Z","topic":"/hooks/finished","cause":"run a",\
                "event":{"container_id":"a","stage":"poststop","index":1,"path":"/bin/h","outcome":"failed",\
                "exit_status":{"kind":"exited","code":7},"duration":"PT0.02S"}}
                """;

        assertThat(events("--topic", "/hooks/")).isEqualTo(new CliResult(0, line, ""));
        assertThat(events("--id", "a").out()).isEqualTo(FIRST + line);
        assertThat(events("--topic", "/tasks/").out()).isEqualTo(FIRST + SECOND);
        assertThat(events("--topic", "/hooks/timed-out").out()).isEmpty();
    }

    @Test
    void events_foreignLines_arePassedOver() throws Exception {
        Files.writeString(
                journal.current(), "{}\n\nnot json\n{\"sequence\":1,\"topic\":\"/x/y\"}\n", StandardOpenOption.APPEND);

        assertThat(events()).isEqualTo(new CliResult(0, FIRST + SECOND, ""));
    }

    @Test
    void events_nothingYet_printsNothing() {
        CliResult result = CliResult.of("events", "--root", scene.temporary().toString());

        assertThat(result).isEqualTo(new CliResult(0, "", ""));
    }

    @Test
    void events_follow_printsWhatComesUntilSignalled() throws Exception {
        String third = EventJson.write(event("a", 3)) + "\n";
        try (CliProcess cli = CliProcess.start(scene, arguments("--follow", "--id", "a"))) {
            cli.awaitOutput(FIRST);

            journal.append(event("b", 3));
            journal.append(event("a", 3));

            cli.awaitOutput(FIRST + third).send("INT");
            assertThat(cli.end()).isEqualTo(130);
            assertThat(cli.out()).isEqualTo(FIRST + third);
        }
    }

    @Test
    @Tag("once")
    void events_followAndReaderGoesAway_ends() throws Exception {
        try (CliProcess cli = CliProcess.startPiped(scene, arguments("--follow"))) {
            CliProcess.await(() -> cli.process().getInputStream().available() > 0);
            cli.process().getInputStream().close();

            journal.append(event("a", 3));

            assertThat(cli.end()).isZero();
        }
    }

    private CliResult events(String... more) {
        return CliResult.of(arguments(more));
    }

    private String[] arguments(String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("events", "--root", scene.state().toString()));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }
}
