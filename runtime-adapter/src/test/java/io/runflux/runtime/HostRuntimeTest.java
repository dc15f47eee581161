// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static io.runflux.runtime.Fixtures.TIMEOUT;
import static io.runflux.runtime.Fixtures.await;
import static io.runflux.runtime.Fixtures.bundle;
import static io.runflux.runtime.Fixtures.complete;
import static io.runflux.runtime.Fixtures.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.events.Signal;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.WatchedProcess;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

class HostRuntimeTest implements OperationsContract {
    private final ProcessLauncher launcher = ProcessLauncher.create();

    private Path directory;

    private OciRuntime runtime;

    @BeforeEach
    void makeRuntime(@TempDir Path temporary) {
        directory = temporary;
        runtime = OciRuntimes.host(launcher, HostRuntimeConfig.defaults().withRoot(directory.resolve("state")));
    }

    @AfterEach
    void disposeOfLauncher() {
        launcher.disposeLater(Duration.ZERO).block(TIMEOUT);
    }

    @Override
    public OciRuntime runtime() {
        return runtime;
    }

    @Override
    public Path directory() {
        return directory;
    }

    /** Here what begins a session of its own leaves the container. */
    @Test
    @Override
    public void killProcessGroup_ledByAChild_endsItAlone() {
        String script = "setsid sh -c 'echo $$; exec sleep 600' & wait; exec sleep 600";
        ContainerProcess init = await(runtime.create(ID, bundle(directory, shell(script)), PIPED));
        complete(runtime.start(ID));
        int leader = Integer.parseInt(await(init.stdout().asString().next()).strip());

        assertThat(await(runtime.ps(ID).collectList())).containsExactly(init.pid());
        assertThatThrownBy(() -> complete(runtime.kill(ID, Signal.KILL, KillOptions.processGroup(leader))))
                .isInstanceOf(NoSuchProcessException.class);

        complete(Mono.usingWhen(
                launcher.watch(leader),
                process -> process.signal(Signal.KILL).then(process.exit().then()),
                WatchedProcess::release));
        complete(runtime.delete(ID, FORCE));
        complete(init.release());
    }
}
