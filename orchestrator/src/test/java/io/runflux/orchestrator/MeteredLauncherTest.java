// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.metrics.OperationObserver;
import io.runflux.metrics.PrometheusMeters;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessLauncherBuilder.Kind;
import io.runflux.process.ProcessSpec;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class MeteredLauncherTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final PrometheusMeters meters = PrometheusMeters.create();

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"AUTO", "JDK"})
    void launch_isTimedByItsOutcome_andLivesUntilItIsReleased(Kind kind) {
        ProcessLauncher launcher = ProcessLauncher.builder().kind(kind).build();
        ProcessLauncher metered = new OrchestratorMeters(meters, OperationObserver.noOp()).launcher(launcher);
        ProcessSpec spec =
                ProcessSpec.program(Path.of("/bin/sleep")).arguments("60").build();

        Flux<String> whileItRuns = metered.using(spec, process -> Flux.just(meters.text()));
        String text = whileItRuns.blockLast(LIMIT);
        StepVerifier.create(metered.launch(
                        ProcessSpec.program(Path.of("/no/such/program")).build()))
                .expectError()
                .verify(LIMIT);

        assertThat(text).contains("runflux_process_live 1\n");
        assertThat(meters.text())
                .contains(
                        "runflux_process_live 0\n",
                        "runflux_process_spawn_seconds_count{outcome=\"success\"} 1\n",
                        "runflux_process_spawn_seconds_count{outcome=\"program_not_found\"} 1\n");
        launcher.disposeLater(Duration.ZERO).block(LIMIT);
    }
}
