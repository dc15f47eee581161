// SPDX-License-Identifier: Apache-2.0
package io.runflux.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

class MeterRecorderTest {
    private final PrometheusMeters counted = PrometheusMeters.create();

    @Test
    void guarded_recorderThatThrows_throwsNothing() {
        MeterRecorder guarded = new Broken().guarded();

        assertThatCode(() -> {
                    guarded.count(RunfluxMeter.EVENTS, 1, "/tasks/exit");
                    guarded.time(RunfluxMeter.LAUNCH, 1);
                    guarded.watch(RunfluxMeter.PROCESSES, () -> 1).dispose();
                })
                .doesNotThrowAnyException();
    }

    @Test
    void and_oneThatThrows_doesNotKeepTheOtherFromIt() {
        MeterRecorder both = new Broken().and(counted);

        both.count(RunfluxMeter.EVENTS, 1, "/tasks/exit");
        both.time(RunfluxMeter.LAUNCH, 1);
        Disposable watch = both.watch(RunfluxMeter.PROCESSES, () -> 1);

        assertThat(counted.text())
                .contains("{topic=\"/tasks/exit\"} 1\n", "runflux_container_launch_seconds_count 1\n")
                .contains("\nrunflux_process_live 1\n");
        watch.dispose();
        assertThat(counted.text()).contains("\nrunflux_process_live 0\n");
    }

    @Test
    void noOp_andAnother_isTheOther() {
        assertThat(MeterRecorder.noOp().and(counted)).isSameAs(counted);
        assertThat(MeterRecorder.noOp().guarded()).isSameAs(MeterRecorder.noOp());
    }

    @Test
    void micrometer_kinds_areRecordedWithTheirTags() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        MeterRecorder recorder = MicrometerMeters.of(registry);

        recorder.count(RunfluxMeter.RUNTIME_RETRIES, 2, "runc", "busy");
        recorder.time(RunfluxMeter.LAUNCH, Duration.ofSeconds(2).toNanos());
        recorder.watch(RunfluxMeter.CONTAINERS, () -> 3, "running");
        Disposable ended = recorder.watch(RunfluxMeter.CONTAINERS, () -> 4, "running");

        assertThat(registry.get("runflux.containers")
                        .tag("status", "running")
                        .gauge()
                        .value())
                .isEqualTo(7);
        ended.dispose();
        assertThat(registry.get("runflux.containers").gauge().value()).isEqualTo(3);
        assertThat(registry.get("runflux.runtime.retries")
                        .tags("runtime", "runc", "reason", "busy")
                        .counter()
                        .count())
                .isEqualTo(2);
        assertThat(registry.get("runflux.container.launch").timer().totalTime(TimeUnit.SECONDS))
                .isEqualTo(2);
    }

    private static final class Broken implements MeterRecorder {
        @Override
        public void count(RunfluxMeter meter, long amount, String... tagValues) {
            throw new IllegalStateException("broken");
        }

        @Override
        public void time(RunfluxMeter meter, long nanos, String... tagValues) {
            throw new NoClassDefFoundError("io/micrometer/Missing");
        }

        @Override
        public Disposable watch(RunfluxMeter meter, LongSupplier value, String... tagValues) {
            throw new IllegalStateException("broken");
        }
    }
}
