// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import static io.runflux.events.Samples.C1;
import static io.runflux.events.Samples.C2;
import static io.runflux.events.Samples.paused;
import static io.runflux.events.Samples.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventFilterTest {
    private static final EventFilter ALL = EventFilter.all();

    @Test
    void matches_anyWithinAKind_allAcrossKinds() {
        EventFilter filter = ALL.withTopics("/tasks/start", "/tasks/exit").withContainers(C1, ContainerId.of("c3"));
        assertThat(filter.matches(started(C1))).isTrue();
        assertThat(filter.matches(paused(C1))).isFalse();
        assertThat(filter.matches(started(C2))).isFalse();
    }

    @Test
    void matches_prefix_coversWhatBeginsWithIt() {
        assertThat(ALL.withTopics("/tasks/").matches(started(C1))).isTrue();
        assertThat(ALL.withTopics("/").matches(started(C1))).isTrue();
        assertThat(ALL.withTopics("/events/").matches(started(C1))).isFalse();
    }

    @Test
    void matches_hooks_standApartFromTasks() {
        RuntimeEvent hook = new RuntimeEvent.HookStarted(C1, "precreate", 0, "/bin/h");
        assertThat(ALL.withTopics("/hooks/").withContainers(C1).matches(hook)).isTrue();
        assertThat(ALL.withTopics("/hooks/finished").matches(hook)).isFalse();
        assertThat(ALL.withTopics("/hooks/").matches(started(C1))).isFalse();
        assertThat(ALL.withTopics("/tasks/").matches(hook)).isFalse();
    }

    @Test
    void matches_gap_always() {
        RuntimeEvent gap = new RuntimeEvent.Gap(1, 1, RuntimeEvent.Gap.Reason.OVERFLOW);
        assertThat(ALL.withTopics("/tasks/exit").withContainers(C1).matches(gap))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tasks/", "/tasks", "/task/", "/tasks/exits", "/tasks/exit/", "//"})
    void withTopics_thatNothingCanMatch_isRefused(String pattern) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ALL.withTopics(pattern))
                .withMessageContaining("/tasks/exit")
                .withMessageEndingWith("was '" + pattern + "'");
    }
}
