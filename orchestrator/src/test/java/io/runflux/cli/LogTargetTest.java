// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.stdio.StdioUri;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTargetTest {
    @TempDir
    private Path directory;

    @Test
    void named_path_isAFifoOrElseAFileAndCanBeReadAgain() throws Exception {
        Path fifo = directory.resolve("f?i #f");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        Path file = directory.resolve("w % b.log");

        LogTarget named = LogTarget.named(fifo.toString());
        assertThat(named.uri()).isEqualTo(StdioUri.fifo(fifo));
        assertThat(LogTarget.parse(named.text())).isEqualTo(named);
        assertThat(LogTarget.named(file.toString()).uri()).isEqualTo(StdioUri.file(file));
        Files.createFile(file);
        assertThat(LogTarget.named(directory + "/x/../" + file.getFileName()).uri())
                .isEqualTo(StdioUri.file(file));
        assertThat(LogTarget.named("./web.log").uri())
                .isEqualTo(StdioUri.file(Path.of("web.log").toAbsolutePath()));
    }

    @Test
    void named_noPath_isAUri() {
        assertThat(LogTarget.named("null").uri()).isEqualTo(StdioUri.nowhere());
        assertThat(LogTarget.named("fifo:///f").uri()).isEqualTo(StdioUri.fifo(Path.of("/f")));
        assertThatThrownBy(() -> LogTarget.named("web.log")).hasMessageContaining("begin with 'file:///'");
    }

    @Test
    void named_wrongWithAParameter_keepsItToItself() {
        for (String wrong : new String[] {"http://h/p?t=secret", "binary://h/p?t=secret", "binary:///p?t=secret x"}) {
            assertThatThrownBy(() -> LogTarget.named(wrong)).satisfies(error -> {
                assertThat(error).hasMessageContaining("?...");
                assertThat(String.valueOf(error.getMessage())).doesNotContain("secret");
            });
        }
    }
}
