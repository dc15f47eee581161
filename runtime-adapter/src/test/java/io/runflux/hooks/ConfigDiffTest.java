// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.oci.OciJson;
import io.runflux.oci.OciProcess;
import io.runflux.oci.Spec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ConfigDiffTest {
    private static final Spec BEFORE = OciJson.read("""
            {"ociVersion": "1.0.2", "process": {"cwd": "/", "args": ["sh"], "env": ["A=1", "TOKEN=hunter2"]}}
            """, Spec.class);

    @Test
    void between_aVariableMore_isALineMore() {
        assertThat(ConfigDiff.between(BEFORE, withEnv("A=1", "TOKEN=hunter2", "B=\"x\"")))
                .isEqualTo("""
                        --- Old
                        +++ New
                        @@ -8,3 +8,4 @@
                               "A=1",
                        -      "TOKEN=hunter2"
                        +      "TOKEN=hunter2",
                        +      "B=\\"x\\""
                             ],""".stripIndent());
    }

    @Test
    void between_mapsInAnotherOrder_areEqual() {
        Map<String, String> one = new LinkedHashMap<>(Map.of("a", "1"));
        one.put("b", "2");
        Map<String, String> other = new LinkedHashMap<>(Map.of("b", "2"));
        other.put("a", "1");
        assertThat(ConfigDiff.between(BEFORE.withAnnotations(one), BEFORE.withAnnotations(other)))
                .isEmpty();
    }

    @Test
    void between_tooManyLines_onlyCountsThem() {
        Map<String, String> many = new LinkedHashMap<>();
        for (int i = 0; i < ConfigDiff.MAX_LINES; i++) {
            many.put("key" + i, "value");
        }
        assertThat(ConfigDiff.between(BEFORE, BEFORE.withAnnotations(many)))
                .matches("\\(no diff of \\d+ and 50\\d\\d lines, more than 5000\\)");
    }

    @Test
    void redact_variables_keepTheirNamesAlone() {
        Spec after =
                withEnv("A=2", "TOKEN=hunter3", "QUOTES=\"hunter4\", \"hunter5=x\"", "ODD\"NAME=hunter6", "EMPTY=");
        String redacted = ConfigDiff.redact(ConfigDiff.between(BEFORE, after));
        assertThat(redacted)
                .doesNotContain("hunter")
                .contains(
                        "-      \"TOKEN=[redacted]\"",
                        "+      \"TOKEN=[redacted]\",",
                        "+      \"QUOTES=[redacted]\",",
                        "+      \"ODD\\\"NAME=[redacted]\",",
                        "+      \"EMPTY=[redacted]\"");
    }

    @Test
    void redact_argumentsThatAnnounceASecret_loseWhatFollows() {
        Spec before = withArgs("db", "--password", "hunter2", "--verbose", "-e", "hunter3");
        Spec after = withArgs("db", "--password", "hunter4", "--verbose", "--api-key", "hunter5", "more");
        String redacted = ConfigDiff.redact(ConfigDiff.between(before, after));
        assertThat(redacted)
                .doesNotContain("hunter")
                .contains(
                        "-      \"[redacted]\",", "+      \"[redacted]\",", "       \"--verbose\",", "+      \"more\"");
    }

    @Test
    void redact_whatIsNoVariable_stays() {
        String diff = ConfigDiff.between(BEFORE, BEFORE.withHostname("host=name"));
        assertThat(ConfigDiff.redact(diff)).isEqualTo(diff).contains("\"hostname\" : \"host=name\"");
    }

    private static Spec withArgs(String... args) {
        OciProcess process = Objects.requireNonNull(BEFORE.process());
        return BEFORE.withProcess(process.withArgs(List.of(args)));
    }

    private static Spec withEnv(String... env) {
        OciProcess process = Objects.requireNonNull(BEFORE.process());
        return BEFORE.withProcess(process.withEnv(List.of(env)));
    }
}
