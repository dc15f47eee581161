// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.runtime.RuntimeLog.Said;
import org.junit.jupiter.api.Test;

class RuntimeLogTest {
    @Test
    void lastError_lineByLine_isTheLast() {
        assertThat(RuntimeLog.lastError("""
                        {"level":"error","msg":"first","time":"t"}
                        {"msg":" second ","level":"error"}
                        {"level":"warning","msg":"third"}
                        """)).contains("second");
    }

    @Test
    void lastError_concatenated_isTheLast() {
        assertThat(RuntimeLog.lastError("{\"level\":\"error\",\"msg\":\"a\"}{\"level\":\"error\",\"msg\":\"b\"}"))
                .contains("b");
    }

    @Test
    void lastError_garbageBetween_isPassedOver() {
        assertThat(RuntimeLog.lastError("panic: oh\n{\"level\":\"error\",\"msg\":\"a\"} goroutine\n[1,\n{\"lev"))
                .contains("a");
    }

    @Test
    void readStderr_entriesAmongWords_areTheirErrorsAlone() {
        Said said = RuntimeLog.readStderr("""
                panic {
                {"level":"warning","msg":"busy"}
                {"level":"error","msg":"a"}{"level":"debug","msg":"b"}
                {"payload":7}
                {"level":"error","msg":"c"}
                end""");

        assertThat(said).isEqualTo(new Said("panic {\na\n{\"payload\":7}\nc\nend\n", "c"));
        assertThat(RuntimeLog.readStderr("words")).isEqualTo(new Said("words\n", null));
    }

    @Test
    void lastError_noError_isEmpty() {
        assertThat(RuntimeLog.lastError("")).isEmpty();
        assertThat(RuntimeLog.lastError("{\"level\":\"info\",\"msg\":\"a\"}\n{\"level\":\"error\"}\n7"))
                .isEmpty();
    }
}
