// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StdioUriTest {
    @ParameterizedTest
    @ValueSource(strings = {"null", "null://"})
    void parse_null_isNowhere(String text) {
        assertThat(StdioUri.parse(text)).isEqualTo(StdioUri.nowhere()).hasToString("null");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///var/log/a%20b.log", "FILE:///var/log/a%20b.log", "file:/var/log/a%20b.log"})
    void parse_file_decodesThePath(String text) {
        assertThat(StdioUri.parse(text)).isEqualTo(StdioUri.file(Path.of("/var/log/a b.log")));
    }

    @Test
    void parse_parameters_areDecodedAndKeepTheirOrder() {
        StdioUri uri = StdioUri.parse("file:///a?overflow=wait&format=cr%69&max-size=1m");

        assertThat(uri.parameters())
                .containsExactly(
                        Map.entry("overflow", "wait"), Map.entry("format", "cri"), Map.entry("max-size", "1m"));
    }

    @Test
    void parse_driver_hasArguments() {
        StdioUri uri = StdioUri.parse("Binary-V2:///opt/driver?b=%20&a");

        assertThat(uri).hasToString("binary-v2:///opt/driver");
        assertThat(uri.scheme()).isEqualTo(StdioUri.Scheme.BINARY_V2);
        assertThat(uri.parameters()).containsExactly(Map.entry("b", " "), Map.entry("a", ""));
        assertThat(StdioUri.parse("binary:/opt/driver")).isEqualTo(StdioUri.driver(Path.of("/opt/driver")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/var/log/c1.log",
                "http://host/",
                "null:///a",
                "file://host/a",
                "file:a",
                "file:///",
                "file:///a/../b",
                "file:///a/./b",
                "file:///a%00b",
                "file:///a%0ab",
                "file:///a#b",
                "file:///a b",
                "file:///a?format=xml",
                "file:///a?format",
                "file:///a?colour=red",
                "file:///a?format=cri&format=cri",
                "file:///a?max-size=1",
                "file:///a?max-size=9999999999999",
                "file:///a?max-size=-1",
                "file:///a?max-files=1",
                "file:///a?max-files=1001",
                "file:///a?max-age=5",
                "file:///a?mode=0666",
                "file:///a?overflow=block",
                "file:///a?buffer=1k",
                "file:///a?buffer=1g",
                "binary://host/a",
                "binary:///",
                "binary:///a/../b",
                "binary:///a?b=%00",
                "binary:///a?b=1&b=2",
                "binary-v3:///a"
            })
    void parse_wrong_isRefused(String text) {
        assertThatThrownBy(() -> StdioUri.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void parse_wrongValue_saysWhatIsAllowed() {
        assertThatThrownBy(() -> StdioUri.parse("file:///a?mode=0666"))
                .hasMessage("mode must be 0600 or 0640, was '0666'");
    }
}
