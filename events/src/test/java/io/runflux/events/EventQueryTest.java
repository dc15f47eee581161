// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import static io.runflux.events.Samples.C1;
import static io.runflux.events.Samples.C2;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventQueryTest {
    private static final EventCursor CURSOR = new EventCursor("an-epoch", 42);

    @Test
    void parse_nothing_isEverythingFromNowOn() {
        EventQuery query = EventQuery.parse("");
        assertThat(query.filter()).isEqualTo(EventFilter.all());
        assertThat(query.options(null)).isEqualTo(SubscribeOptions.defaults());
        assertThat(EventQuery.parse("&&")).isEqualTo(query);
    }

    @Test
    void parse_topicsAndContainers_areAnyWithinAKind() {
        EventQuery query = EventQuery.parse("topic=%2Ftasks%2Fexit&topic=/tasks/exec-*&container=c1&container=c2");
        assertThat(query.filter())
                .isEqualTo(new EventFilter(
                        Set.of("/tasks/exit", "/tasks/exec-added", "/tasks/exec-started"), Set.of(C1, C2)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/tasks/exit      | /tasks/exit",
                "/tasks/exe*      | /tasks/exec-added /tasks/exec-started",
                "/tasks/*ed       | /tasks/exec-added /tasks/exec-started /tasks/paused /tasks/resumed"
                        + " /tasks/checkpointed",
                "/hooks/          | /hooks/started /hooks/finished /hooks/timed-out",
                "/*/*start*       | /tasks/start /tasks/exec-started /tasks/restart /hooks/started",
                "/**/**gap**      | /events/gap",
                "/tasks/*e*e*-*st*| /tasks/exec-started",
            })
    void parse_glob_standsForTheTopicsThatItMatches(String glob, String paths) {
        assertThat(EventQuery.parse("topic=" + glob.strip()).filter().topics())
                .containsExactlyInAnyOrderElementsOf(List.of(paths.split(" ")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "*", "/*", "/tasks", "/tasks*exit", "tasks/*", "/tasks/exit*s", "/*/", "/tasks/exit/*", "?"})
    void parse_globThatNothingMatches_isRefused(String glob) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventQuery.parse("topic=" + glob))
                .withMessageStartingWith("topic must be one of ")
                .withMessageEndingWith("was '" + glob + "'");
    }

    @Test
    void parse_globOfManyStars_isQuick() {
        String glob = "/tasks/" + "*e".repeat(4000);
        assertThatIllegalArgumentException().isThrownBy(() -> EventQuery.parse("topic=" + glob));
    }

    @Test
    void options_ofAPlace_goOnBehindIt() {
        assertThat(EventQuery.parse("after=an-epoch-42").options(null))
                .isEqualTo(SubscribeOptions.defaults().from("an-epoch", 43));
        assertThat(EventQuery.parse("from=7").options(null))
                .isEqualTo(SubscribeOptions.defaults().from(7));
    }

    @ParameterizedTest
    @ValueSource(strings = {"after=an-epoch-3", "from=1", ""})
    void options_ofAClientThatConnectsAgain_goOnWhereItWas(String query) {
        assertThat(EventQuery.parse(query).options(CURSOR))
                .isEqualTo(SubscribeOptions.defaults().from("an-epoch", 43));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tpoic=/tasks/ | query may have topic, container, after and from, has 'tpoic'",
                "container=../c1 | must be letters and digits",
                "container | must be letters and digits",
                "from=0 | from must be a number, 1 or more, was '0'",
                "from=-1 | was '-1'",
                "from=12345678901234567890 | was '12345678901234567890'",
                "from=1&from=2 | from must be given once, was 1 and 2",
                "after=e-1&after=e-2 | after must be given once, was e-1 and e-2",
                "after=e-1&from=2 | after and from exclude each other, were e-1 and 2",
                "after=7 | a place in the events must be EPOCH-NUMBER, was '7'",
                "topic=%2 | query is not percent-encoded: '%2'",
                "%zz=1 | query is not percent-encoded: '%zz'",
                "a%0d%0ab=1 | has 'a??b'",
            })
    void parse_notAQuery_isRefusedByName(String query, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventQuery.parse(query))
                .withMessageContaining(message);
    }

    @Test
    void parse_tooLong_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventQuery.parse("x".repeat(8193)))
                .withMessage("query must have at most 8192 characters, has 8193");
    }
}
