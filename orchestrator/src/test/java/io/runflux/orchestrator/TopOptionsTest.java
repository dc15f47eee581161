// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopOptionsTest {
    @Test
    void toArguments_columns_areThoseOfPs() {
        assertThat(TopOptions.parse("pid,%cpu,comm").toArguments()).containsExactly("-o", "pid,%cpu,comm");
        assertThat(TopOptions.defaults().toArguments()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            user,comm     | the columns must have pid among them, were user,comm
            pid,--help    | a column must be a name of ps -o, such as pid or %cpu, was '--help'
            pid,,comm     | a column must be a name of ps -o, such as pid or %cpu, was ''
            pid,comm=X Y  | a column must be a name of ps -o, such as pid or %cpu, was 'comm=X Y'
            """)
    void parse_whatCannotBe_saysWhy(String columns, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TopOptions.parse(columns))
                .withMessage(message);
    }

    @Test
    void new_tooMany_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TopOptions(Collections.nCopies(65, "pid")))
                .withMessage("at most 64 columns can be asked for, were 65");
    }
}
