// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ExitStatus;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailedCommandTest {
    private static FailedCommand failed(String stderr) {
        return new FailedCommand(List.of("/usr/sbin/runc", "create", "web"), ExitStatus.exited(1), stderr, null);
    }

    @Test
    void stderr_keepsItsLines() {
        assertThat(failed("one\ntwo\tthree\n").stderr()).isEqualTo("one\ntwo\tthree");
    }

    /** Messages stand in logs, of which each line is taken for a record. */
    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\u2028", "\u2029", "\u0085", "\u000b", "\u001b[1A"})
    void message_isOneLine(String end) {
        String words = "no space left" + end + "2026-11-22 12:00:00 ERROR forged";
        OciRuntimeException error = new CommandFailedException("cannot create container web", failed(words), null);

        assertThat(error.getMessage())
                .contains("no space left", "forged")
                .doesNotMatch("(?s).*[\\p{Cc}\\u2028\\u2029].*");
        assertThat(error.summary()).doesNotMatch("(?s).*[\\p{Cc}\\u2028\\u2029].*");
    }
}
