// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.runtime.fake.FakeRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of the real runtimes is asked of the one in memory. */
class FakeRuntimeTest implements OciRuntimeContract {
    private final FakeRuntime fake = FakeRuntime.create();
    private final OciRuntime runtime = fake.runtime();
    private Path directory;

    @BeforeEach
    void keepDirectory(@TempDir Path temporary) {
        directory = temporary;
    }

    @AfterEach
    void findNothingLeft() throws Exception {
        assertThat(fake.running()).isZero();
        assertThat(Fixtures.entries(fake.config().temporaryDirectory())).isEmpty();
        Path binary = fake.config().binary();
        fake.close();
        assertThat(Files.exists(binary)).isFalse();
        fake.close();
    }

    @Override
    public OciRuntime runtime() {
        return runtime;
    }

    @Override
    public Path directory() {
        return directory;
    }

    @Test
    void info_fake_canDoAllThatRuncCan() {
        RuntimeInfo info = Fixtures.await(runtime.info());

        assertThat(info.name()).isEqualTo("runc");
        assertThat(info.version()).isEqualTo("1.1.5");
        assertThat(info.features())
                .contains(
                        RuntimeFeature.PAUSE,
                        RuntimeFeature.UPDATE,
                        RuntimeFeature.EVENTS,
                        RuntimeFeature.TOP_COLUMNS,
                        RuntimeFeature.CHECKPOINT,
                        RuntimeFeature.RESTORE,
                        RuntimeFeature.FEATURES,
                        RuntimeFeature.SPEC)
                .doesNotContain(RuntimeFeature.PIDFD_SOCKET);
    }
}
