// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.testing.RequiresProgram;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("once")
@RequiresProgram("stty")
class HostTerminalTest implements TerminalContract {
    private Scene scene;

    @BeforeEach
    void setScene(@TempDir Path directory) throws Exception {
        scene = new Scene(directory);
    }

    @Override
    public Scene scene() {
        return scene;
    }

    @Override
    public String runtime() {
        return "host";
    }

    @Override
    public String rootfs() {
        return "/";
    }
}
