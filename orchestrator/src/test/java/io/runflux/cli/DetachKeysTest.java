// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DetachKeysTest {
    /** P stands for ctrl-p and Q for ctrl-q; a slash divides what is read at once. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            'ctrl-p,ctrl-q', 'abPQcd', 'ab',   true
            'ctrl-p,ctrl-q', 'aP/Qb',  'a',    true
            'ctrl-p,ctrl-q', 'aPbPPQ', 'aPbP', true
            'ctrl-p,ctrl-q', 'aPP',    'aP',   false
            'ctrl-p,ctrl-q', 'aPx',    'aPx',  false
            'x',             'abx',    'ab',   true
            'x,x,y',         'axxxy',  'ax',   true
            'x,y,x,x',       'xyxyxz', 'xyxyxz', false
            'x,y,x,x',       'xyx/yxx', 'xy',  true
            '',              'aPQ',    'aPQ',  false
            """)
    void scan_typed_passesOnWhatIsNotTheKeys(String keys, String typed, String passed, boolean isComplete) {
        DetachKeys scanner = DetachKeys.parse(keys);
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        boolean isFound = false;
        for (String part : toControls(typed).split("/")) {
            byte[] bytes = part.getBytes(StandardCharsets.US_ASCII);
            isFound = scanner.scan(bytes, bytes.length, target);
        }

        assertThat(target.toString(StandardCharsets.US_ASCII)).isEqualTo(toControls(passed));
        assertThat(isFound).isEqualTo(isComplete);
    }

    private static String toControls(String text) {
        return text.replace('P', '\020').replace('Q', '\021');
    }

    @ParameterizedTest
    @ValueSource(strings = {"ctrl-", "ctrl-1", "ctrl-pp", "ab", "a,", "\u00e4"})
    void parse_noSuchKey_saysWhatIsAllowed(String keys) {
        assertThatThrownBy(() -> DetachKeys.parse(keys)).hasMessageContaining("such as ctrl-p,ctrl-q");
    }
}
