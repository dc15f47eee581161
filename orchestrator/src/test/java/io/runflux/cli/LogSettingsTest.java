// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class LogSettingsTest {
    @Test
    void of_environment_isReadWhateverItsCase() {
        Map<String, String> environment = Map.of("RUNFLUX_LOG_FORMAT", "Json", "RUNFLUX_LOG_LEVEL", "DEBUG");

        assertThat(LogSettings.of(environment::get)).isEqualTo(new LogSettings(LogFormat.JSON, Level.DEBUG));
        assertThat(LogSettings.complaints(environment::get)).isEmpty();
    }

    @Test
    void of_nothing_isTextAndWarnings() {
        Map<String, String> environment = Map.of("RUNFLUX_LOG_LEVEL", "");

        assertThat(LogSettings.of(environment::get)).isEqualTo(new LogSettings(LogFormat.TEXT, Level.WARN));
        assertThat(LogSettings.complaints(environment::get)).isEmpty();
    }

    @Test
    void of_whatIsNoValue_isTheDefaultAndComplainedOf() {
        Map<String, String> environment = Map.of("RUNFLUX_LOG_FORMAT", "xml", "RUNFLUX_LOG_LEVEL", "loud");

        assertThat(LogSettings.of(environment::get)).isEqualTo(new LogSettings(LogFormat.TEXT, Level.WARN));
        assertThat(LogSettings.complaints(environment::get))
                .containsExactly(
                        "RUNFLUX_LOG_FORMAT must be one of text, json, was 'xml', and does not count",
                        "RUNFLUX_LOG_LEVEL must be one of error, warn, info, debug, trace, was 'loud', and does not"
                                + " count");
    }
}
