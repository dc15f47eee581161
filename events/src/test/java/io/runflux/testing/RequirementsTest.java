// SPDX-License-Identifier: Apache-2.0
package io.runflux.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RequirementsTest {
    @Test
    void missing_allThere_isEmpty() {
        assertThat(Requirements.missing(NeedsShell.class)).isEmpty();
    }

    @Test
    void missing_severalMissing_namesEach() {
        assertThat(Requirements.missing(NeedsMuch.class))
                .containsExactly(
                        "runtime no-such-runtime is not installed", "program no-such-program is not installed");
    }

    @Test
    void evaluate_missing_disablesWithReason() {
        var result = Requirements.evaluate(List.of("needs root", "runtime runc is not installed"), false);
        assertThat(result.isDisabled()).isTrue();
        assertThat(result.getReason()).hasValue("needs root, runtime runc is not installed");
    }

    @Test
    void evaluate_missingButAllRequired_fails() {
        assertThatThrownBy(() -> Requirements.evaluate(List.of("needs root"), true))
                .hasMessage("needs root, and RUNFLUX_REQUIRE_ALL is set");
    }

    @RequiresProgram("sh")
    private static final class NeedsShell {}

    @RequiresProgram({"sh", "no-such-program"})
    @RequiresRuntime("no-such-runtime")
    private static final class NeedsMuch {}
}
