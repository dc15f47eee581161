// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.oci.ContainerStatus;
import io.runflux.runtime.ContainerOperation;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ContainerTransitionTest {
    @ParameterizedTest
    @CsvSource({"START,START", "PAUSE,PAUSE", "RESUME,RESUME"})
    void sources_ofWhatCanBeAskedFor_areTheStatesInWhichItCan(ContainerTransition one, ContainerOperation other) {
        assertThat(one.sources()).isEqualTo(other.allowedStatuses());
    }

    @Test
    void exit_isPossibleWhereverItCanBeKilled() {
        assertThat(ContainerTransition.EXIT.sources()).isEqualTo(ContainerOperation.KILL.allowedStatuses());
    }

    @ParameterizedTest
    @EnumSource
    void target_isNeverASource(ContainerTransition transition) {
        assertThat(transition.isPossibleFrom(transition.target())).isFalse();
    }

    @Test
    void stopped_isTheEndButForARestart() {
        assertThat(ContainerTransition.values())
                .filteredOn(transition -> transition.isPossibleFrom(ContainerStatus.STOPPED))
                .containsExactly(ContainerTransition.RESTART);
    }

    @Test
    void states_areAllReachedFromCreating() {
        Set<ContainerStatus> reached = EnumSet.of(ContainerStatus.CREATING);
        for (int step = 0; step < ContainerStatus.values().length; step++) {
            for (ContainerTransition transition : ContainerTransition.values()) {
                if (reached.stream().anyMatch(transition::isPossibleFrom)) {
                    reached.add(transition.target());
                }
            }
        }

        assertThat(reached).isEqualTo(EnumSet.complementOf(EnumSet.of(ContainerStatus.UNKNOWN)));
    }
}
