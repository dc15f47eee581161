// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.runflux.events.ContainerId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuntimePathsTest {
    private static final ContainerId ID = ContainerId.of("x");

    @Test
    void emittedPaths_allFlags_areInTheOrderOfTheShim() {
        Map<String, String> config = Map.of(
                "trace", "9",
                "profile-mutex", "8",
                "profile-heap", "7",
                "profile-cpu", "6",
                "profile-block", "5",
                "coverage-report", "4",
                "debug-log", "3",
                "panic-log", "2",
                "log", "1");

        assertThat(RuntimePaths.emittedPaths(ID, config)).containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9");
    }

    @Test
    void emittedPaths_everyIdReplaced_otherFlagsIgnoredAndEmptyOnesKept() {
        Map<String, String> config =
                Map.of("debug-log", "/%ID%/%ID%.log", "log", "", "root", "/run/%ID%", "debug", "true");

        assertThat(RuntimePaths.emittedPaths(ID, config)).containsExactly("", "/x/x.log");
        assertThat(RuntimePaths.emittedPaths(ID, Map.of())).isEmpty();
    }

    @Test
    void formatRunscPaths_pathFlags_areReplacedInACopyOfTheSameOrder() {
        Map<String, String> config = new LinkedHashMap<>();
        config.put("root", "/run/%ID%");
        config.put("trace", "/%ID%/%ID%");
        config.put("log", "/var/log");
        config.put("debug-log-format", "%ID%");
        Map<String, String> before = new LinkedHashMap<>(config);

        assertThat(RuntimePaths.formatRunscPaths(ID, config))
                .containsExactly(
                        entry("root", "/run/%ID%"),
                        entry("trace", "/x/x"),
                        entry("log", "/var/log"),
                        entry("debug-log-format", "%ID%"));
        assertThat(config).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({
        "/var/log/, /var/log/runsc-shim-x.log",
        "/a/%ID%/, /a/x/runsc-shim-x.log",
        "/a/%ID%/%ID%.log, /a/x/x.log",
        "/a/shim.log, /a/shim.log",
        "%ID, %ID",
        "/, /runsc-shim-x.log",
        "'', ''"
    })
    void formatShimLogPath_path_followsTheShim(String path, String expected) {
        assertThat(RuntimePaths.formatShimLogPath(path, ID)).isEqualTo(expected);
    }
}
