// SPDX-License-Identifier: Apache-2.0
package io.runflux.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.runflux.metrics.RunfluxMeter.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;

class PrometheusMetersTest {
    private static final Pattern LINE = Pattern.compile("# HELP [a-z_]+ [^\n]+|# TYPE [a-z_]+ (counter|gauge|histogram)"
            + "|[a-z_]+(\\{[a-z_]+=\"([^\"\\\\\n]|\\\\[\\\\\"n])*\"(,[a-z_]+=\"([^\"\\\\\n]|\\\\[\\\\\"n])*\")*})?"
            + " -?[0-9.]+(E-?[0-9]+)?");

    private final PrometheusMeters meters = PrometheusMeters.create();

    @Test
    void text_ofNothing_isEmpty() {
        assertThat(meters.text()).isEmpty();
    }

    @Test
    void text_counter_isTheWholeFamily() {
        meters.count(RunfluxMeter.EVENTS, 2, "/tasks/exit");
        meters.count(RunfluxMeter.EVENTS, 1, "/tasks/exit");
        meters.count(RunfluxMeter.EVENTS, 1, "/tasks/create");

        assertThat(meters.text()).isEqualTo("""
                # HELP runflux_events_published_total Events published
                # TYPE runflux_events_published_total counter
                runflux_events_published_total{topic="/tasks/create"} 1
                runflux_events_published_total{topic="/tasks/exit"} 3
                """);
    }

    @Test
    void text_timer_isACumulativeHistogramInSeconds() {
        meters.time(RunfluxMeter.SPAWN, TimeUnit.MICROSECONDS.toNanos(1500), "success");
        meters.time(RunfluxMeter.SPAWN, TimeUnit.SECONDS.toNanos(40), "success");
        meters.time(RunfluxMeter.SPAWN, TimeUnit.DAYS.toNanos(2), "success");

        assertThat(meters.text().lines())
                .contains(
                        "# TYPE runflux_process_spawn_seconds histogram",
                        "runflux_process_spawn_seconds_bucket{outcome=\"success\",le=\"0.001\"} 0",
                        "runflux_process_spawn_seconds_bucket{outcome=\"success\",le=\"0.005\"} 1",
                        "runflux_process_spawn_seconds_bucket{outcome=\"success\",le=\"60.0\"} 2",
                        "runflux_process_spawn_seconds_bucket{outcome=\"success\",le=\"+Inf\"} 3",
                        "runflux_process_spawn_seconds_sum{outcome=\"success\"} 172840.0015",
                        "runflux_process_spawn_seconds_count{outcome=\"success\"} 3");
    }

    @Test
    void text_labelWithAnything_staysOnItsLine() {
        meters.count(RunfluxMeter.EVENTS, 1, "a\"} 9\nforged{x=\"\\");

        assertThat(meters.text())
                .endsWith("\nrunflux_events_published_total{topic=\"a\\\"} 9\\nforged{x=\\\"\\\\\"} 1\n");
        assertThat(meters.text().lines()).hasSize(3).allMatch(line -> LINE.matcher(line)
                .matches());
    }

    @Test
    void text_everyMeter_keepsTheFormat() {
        recordAll(meters);

        assertThat(meters.text().lines())
                .filteredOn(line -> !line.contains("+Inf"))
                .allMatch(line -> LINE.matcher(line).matches());
        assertThat(meters.text().lines().filter(line -> line.startsWith("# TYPE")))
                .hasSize((int) Arrays.stream(RunfluxMeter.values())
                        .filter(meter -> meter.kind() != Kind.OBSERVATION)
                        .count())
                .doesNotHaveDuplicates();
    }

    /** Whoever moves from one to the other keeps the dashboards. */
    @Test
    void text_namesOfFamilies_areThoseOfMicrometer() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        recordAll(MicrometerMeters.of(registry));
        recordAll(meters);

        Set<String> theirs = names(registry.scrape());
        assertThat(names(meters.text())).isEqualTo(theirs);
    }

    /** Micrometer tells the maximum of timers besides, and histograms only where they are asked for. */
    private static Set<String> names(String text) {
        return text.lines()
                .filter(line -> line.startsWith("# TYPE"))
                .map(line -> line.split(" ")[2])
                .filter(name -> !name.endsWith("_max"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void recordAll(MeterRecorder recorder) {
        for (RunfluxMeter meter : RunfluxMeter.values()) {
            String[] tags = meter.tags().toArray(String[]::new);
            switch (meter.kind()) {
                case COUNTER -> count(recorder, meter, tags);
                case GAUGE -> recorder.watch(meter, () -> 7, tags);
                case TIMER -> recorder.time(meter, 1000, tags);
                case OBSERVATION -> {}
            }
        }
    }

    private static void count(MeterRecorder recorder, RunfluxMeter meter, String... tags) {
        if (meter == RunfluxMeter.LOG_LOST) {
            recorder.watch(meter, () -> 7, tags);
        } else {
            recorder.count(meter, 1, tags);
        }
    }

    @Test
    void watch_severalOfOneGauge_areAddedUpUntilTheyEnd() {
        Disposable first = meters.watch(RunfluxMeter.PROCESSES, () -> 3);
        meters.watch(RunfluxMeter.PROCESSES, () -> 4);
        assertThat(meters.text()).endsWith("\nrunflux_process_live 7\n");

        first.dispose();
        first.dispose();

        assertThat(meters.text()).endsWith("\nrunflux_process_live 4\n");
    }

    @Test
    void watch_counterThatEnds_staysCounted() {
        AtomicLong lost = new AtomicLong(5);
        Disposable watch = meters.watch(RunfluxMeter.LOG_LOST, lost::get, "file");
        lost.set(8);

        watch.dispose();
        lost.set(100);

        assertThat(meters.text()).endsWith("\nrunflux_log_lost_bytes_total{target=\"file\"} 8\n");
    }

    @Test
    void count_moreCombinationsThanTheBound_areOneOther() {
        for (int number = 0; number < PrometheusMeters.MAX_SERIES + 100; number++) {
            meters.count(RunfluxMeter.EVENTS, 1, "/topic/" + number);
        }

        assertThat(meters.text().lines()).hasSize(2 + PrometheusMeters.MAX_SERIES + 1);
        assertThat(meters.text()).contains("{topic=\"other\"} 100\n");
    }

    @Test
    void count_withTooFewTags_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> meters.count(RunfluxMeter.RUNTIME_RETRIES, 1, "runc"))
                .withMessage("RUNTIME_RETRIES has tags [runtime, reason], was given [runc]");
    }

    @ParameterizedTest
    @EnumSource
    void meter_isNamedAfterTheRules(RunfluxMeter meter) {
        assertThat(meter.meterName()).matches("runflux(\\.[a-z]+)+");
        assertThat(meter.tags()).allMatch(tag -> tag.matches("[a-z]+")).doesNotHaveDuplicates();
        assertThat(meter.tags()).doesNotContainAnyElementsOf(List.of("le", "id", "image", "container"));
        assertThat(meter.description()).doesNotContain("\n").isNotBlank();
        assertThat(meter.unit() != null).isEqualTo(meter.kind() == Kind.TIMER || meter == RunfluxMeter.LOG_LOST);
    }
}
