// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import static io.runflux.process.LauncherFixture.await;
import static io.runflux.process.LauncherFixture.sh;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.process.ProcessLauncherBuilder.Kind;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** The parts of the contract that a launch without a spawner thread takes part in. */
class SpawnOnEventLoopTest implements StartContract, EndContract {
    private final ProcessLauncher launcher = launcher(UnaryOperator.identity());

    @Override
    public ProcessLauncher launcher() {
        return launcher;
    }

    @Override
    public ProcessLauncher launcher(UnaryOperator<ProcessLauncherBuilder> settings) {
        return settings.apply(ProcessLauncher.builder().kind(Kind.NATIVE).spawnOnEventLoop(true))
                .build();
    }

    /**
     * Several in a row, since loops that take turns would meet by chance; and all but the first asked for on a loop.
     */
    @Test
    void launch_onAnEventLoop_staysThere() {
        Mono<String> launched = Mono.defer(() -> launcher.launch(sh("exit 0").build()))
                .flatMap(process ->
                        process.exit().thenReturn(Thread.currentThread().getName()));

        List<String> threads =
                await(launched.flatMapMany(first -> launched.repeat(6).startWith(first))
                        .collectList());

        assertThat(threads).hasSize(8).containsOnly(threads.get(0));
    }
}
