// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdvisoriesTest {
    @ParameterizedTest
    @CsvSource({
        "1.0.0, true, true",
        "1.1.5+ds1, true, true",
        "1.1.5+ds1-1+deb12u1, false, true",
        "1.1.11, true, true",
        "1.1.12, false, true",
        "1.2.7, false, true",
        "1.2.8, false, false",
        "1.2.9, false, false",
        "1.3.2, false, true",
        "1.3.3, false, false",
        "1.4.0-rc.2, false, true",
        "1.4.0-rc.3, false, false",
        "1.4.0, false, false",
        "1.10.0, false, false",
        "2.0.0, false, false"
    })
    void of_runc_tellsWhatIsKnown(String version, boolean leaks, boolean races) {
        String all = String.join("\n", Advisories.of("runc", version));

        assertThat(all.contains("CVE-2024-21626")).isEqualTo(leaks);
        assertThat(all.contains("CVE-2025-31133")).isEqualTo(races);
    }

    @Test
    void of_notUnderstood_saysSo() {
        assertThat(Advisories.of("runc", "nightly"))
                .containsExactly("runc version 'nightly' is not understood, so its known vulnerabilities are not told");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "runc | runc version 1.1.5+ds1\\ncommit: 1.1.5+ds1-1+deb12u1\\nspec: 1.0.2-dev | 1.1.5+ds1-1+deb12u1",
                "runc | runc version 1.3.0\\ncommit: v1.3.0-0-g4ca628d1\\nspec: 1.2.1 | 1.3.0",
                "crun | crun version 1.8.1\\ncommit: f8a096be060b22ccd3d5f3ebe44108517fbf6c30 | 1.8.1",
                "runsc | runsc version 0.0~20221219.0\\nspec: 1.1.0-rc.1 | 0.0~20221219.0",
                "runc | crun version 1.8.1 | ''",
                "runc | '' | ''",
            })
    void versionText_answers_areUnderstood(String name, String answer, String expected) {
        assertThat(VersionText.parse(name, answer.replace("\\n", "\n"))).isEqualTo(expected);
    }
}
