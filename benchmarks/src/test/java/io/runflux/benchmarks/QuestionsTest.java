// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class QuestionsTest {
    private static final Programs PROGRAMS = Programs.create();
    private static final List<Question> ALL = Questions.all(PROGRAMS, new Peers(Path.of("/nowhere")));

    @AfterAll
    static void removePrograms() {
        PROGRAMS.close();
    }

    @Test
    void all_names_areDifferent() {
        assertThat(ALL).extracting(Question::name).doesNotHaveDuplicates();
    }

    @Test
    void all_casesOfAQuestion_areDifferent() {
        assertThat(ALL).allSatisfy(question -> assertThat(question.cases(Effort.FULL))
                .extracting(one -> one.setting() + "/" + one.contender())
                .doesNotHaveDuplicates());
    }

    @Test
    void all_targets_compareWhoIsMeasured() {
        assertThat(ALL).allSatisfy(question -> assertThat(question.targets())
                .allSatisfy(target -> assertThat(question.cases(Effort.FULL).stream()
                                .filter(target::compares)
                                .map(Case::contender))
                        .containsExactlyInAnyOrder(target.contender(), target.baseline())));
    }

    @Test
    void check_hasThreeRatios_whichNeedNoPeer() {
        List<Case> checked = ALL.stream()
                .flatMap(question -> question.cases(Effort.CHECK).stream())
                .toList();

        assertThat(checked).hasSize(6).noneMatch(one -> one.measurement() instanceof Peer);
    }
}
