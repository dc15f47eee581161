// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessTableTest {
    /** As runc 1.1.5 prints it, with a second process whose command has blanks. */
    private static final String RUNC = """
            UID        PID  PPID  C STIME TTY          TIME CMD
            root     32045     1 14 01:39 ?        00:00:00 sleep 60
            root     32077 32045  0 01:39 ?        00:00:00 sh -c  echo   hi
            """;

    @Test
    void parse_outputOfRunc_isRowsAndColumns() {
        ProcessTable table = ProcessTable.parse(RUNC);

        assertThat(table.headers()).containsExactly("UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD");
        assertThat(table.rows())
                .containsExactly(
                        List.of("root", "32045", "1", "14", "01:39", "?", "00:00:00", "sleep 60"),
                        List.of("root", "32077", "32045", "0", "01:39", "?", "00:00:00", "sh -c echo hi"));
    }

    @Test
    void column_known_isItsValuesInOrder() {
        assertThat(ProcessTable.parse(RUNC).column("PID")).containsExactly("32045", "32077");
    }

    @Test
    void column_unknown_isRefusedWithTheColumns() {
        ProcessTable table = ProcessTable.parse("PID CMD\n1 sh\n");

        assertThatThrownBy(() -> table.column("pid"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no column 'pid', the columns are [PID, CMD]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", " \r\n\t\n", "\n\n\n"})
    void parse_nothing_isAnEmptyTable(String text) {
        assertThat(ProcessTable.parse(text)).isEqualTo(new ProcessTable(List.of(), List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PID CMD\n1 sh -c x\n",
                "PID CMD\n1 sh -c x",
                "PID CMD\r\n1 sh -c x\r\n\r\n",
                "\t PID \u000B CMD\f\n   1\tsh  -c   x  \n",
                "PID CMD\n   \n\n1 sh -c x\n \t \n",
                "PID CMD\n- thread\n1 sh -c x\n- another thread\n"
            })
    void parse_blanksBlankLinesAndThreads_countForNothing(String text) {
        assertThat(ProcessTable.parse(text))
                .isEqualTo(new ProcessTable(List.of("PID", "CMD"), List.of(List.of("1", "sh -c x"))));
    }

    @Test
    void parse_headersAlone_isATableWithoutRows() {
        assertThat(ProcessTable.parse("PID CMD\n")).isEqualTo(new ProcessTable(List.of("PID", "CMD"), List.of()));
    }

    @Test
    void parse_lastValueMissing_isEmpty() {
        assertThat(ProcessTable.parse("USER PID CMD\nroot 1\n").rows()).containsExactly(List.of("root", "1", ""));
    }

    @Test
    void parse_singleColumn_isRead() {
        assertThat(ProcessTable.parse("PID\n1\n20\n").column("PID")).containsExactly("1", "20");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "USER CMD;root sh | ps must print a column PID, printed [USER, CMD]",
                "USER CMD | ps must print a column PID, printed [USER, CMD]",
                "'  ;1 sh' | ps must print its columns on line 1, printed more on line 2",
                "UID PID PPID CMD;0 1 0 sh;0 7 | line 3 of ps must have at least 3 values for the columns [UID, PID, PPID, CMD], had 2",
                "UID PID;0 | line 2 of ps must have at least 2 values for the columns [UID, PID], had 1",
            })
    void parse_noTable_errorSaysWhatIsMissing(String lines, String message) {
        assertThatThrownBy(() -> ProcessTable.parse(lines.replace(';', '\n')))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void parse_shortLine_errorKeepsItsWordsToItself() {
        assertThatThrownBy(() -> ProcessTable.parse("UID GID PID CMD\nhunter2\n"))
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void create_rowOfAnotherWidth_isRefused() {
        assertThatThrownBy(() -> new ProcessTable(List.of("PID", "CMD"), List.of(List.of("1"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a row must have 2 values, one a column, had 1");
    }
}
