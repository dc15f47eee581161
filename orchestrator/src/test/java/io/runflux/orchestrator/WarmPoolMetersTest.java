// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.WarmPoolScene.ready;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.runflux.metrics.MeterRecorder;
import io.runflux.metrics.MicrometerMeters;
import io.runflux.metrics.PrometheusMeters;
import io.runflux.runtime.RuntimeUnavailableException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class WarmPoolMetersTest {
    private final WarmPoolScene scene = new WarmPoolScene();
    private final PrometheusMeters meters = PrometheusMeters.create();

    @AfterEach
    void close() {
        scene.close();
    }

    private WarmPool pool(MeterRecorder recorder, WarmPoolOptions options) {
        return WarmPool.of(
                scene.orchestrator(), "web", id -> LaunchRequest.bundle(id, Scene.BUNDLE), options, recorder);
    }

    private void assertLines(String... lines) {
        assertThat(meters.text().lines()).contains(lines);
    }

    @Test
    void pool_tellsWhatIsReadyBorrowedAndWaitedFor() {
        WarmPool pool = pool(meters, ready(2, 1, 8));
        pool.warmUp().block(AT_ONCE);
        WarmContainer borrowed = pool.borrow().blockOptional(AT_ONCE).orElseThrow();
        pool.borrow().subscribe();

        assertLines(
                "runflux_pool_ready{pool=\"web\"} 2",
                "runflux_pool_borrowed{pool=\"web\"} 1",
                "runflux_pool_waiting{pool=\"web\"} 1",
                "runflux_pool_creation_seconds_count{pool=\"web\",outcome=\"success\"} 3");

        borrowed.remove().block(AT_ONCE);
        assertLines("runflux_pool_waiting{pool=\"web\"} 0");
        pool.disposeLater().block(AT_ONCE);
        assertLines("runflux_pool_ready{pool=\"web\"} 0", "runflux_pool_borrowed{pool=\"web\"} 0");
    }

    @Test
    void creation_thatFails_isCounted() {
        scene.runtime().before("create", Mono.error(new RuntimeUnavailableException("no runc", null)));
        WarmPool pool = pool(meters, ready(1));

        assertThat(pool.warmUp().onErrorComplete().blockOptional(Duration.ofSeconds(1)))
                .isEmpty();

        assertLines("runflux_pool_creation_seconds_count{pool=\"web\",outcome=\"failure\"} 1");
        pool.disposeLater().block(AT_ONCE);
    }

    @Test
    void meters_ofMicrometer_haveTheSame() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        WarmPool pool = pool(MicrometerMeters.of(registry), ready(2));
        pool.warmUp().block(AT_ONCE);

        assertThat(registry.get("runflux.pool.ready").tag("pool", "web").gauge().value())
                .isEqualTo(2);
        assertThat(registry.get("runflux.pool.creation")
                        .tags("pool", "web", "outcome", "success")
                        .timer()
                        .count())
                .isEqualTo(2);
        pool.disposeLater().block(AT_ONCE);
    }
}
