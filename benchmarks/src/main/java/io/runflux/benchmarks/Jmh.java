// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * A benchmark of JMH with its parameters, in a JVM of its own for each measurement.
 *
 * <p>A benchmark that does many things at once in one invocation has counters with the names of {@link Metric}s, and
 * one called {@value #OPERATIONS}; what was not counted is zero there. Of others JMH's own throughput and percentiles
 * are taken, which they give by the microsecond.
 */
public final class Jmh implements Measurement {
    /** The name of the counter that says how many things an invocation did. */
    public static final String OPERATIONS = "operations";

    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private final Class<?> benchmark;
    private final Map<String, String> parameters;
    private final List<String> jvmArguments;
    private final @Nullable Path jvm;
    private final List<Path> needed;
    private final ToIntFunction<Effort> warmUp;
    private final int divisor;

    private Jmh(
            Class<?> benchmark,
            Map<String, String> parameters,
            List<String> jvmArguments,
            @Nullable Path jvm,
            List<Path> needed,
            ToIntFunction<Effort> warmUp,
            int divisor) {
        this.benchmark = benchmark;
        this.parameters = parameters;
        this.jvmArguments = jvmArguments;
        this.jvm = jvm;
        this.needed = needed;
        this.warmUp = warmUp;
        this.divisor = divisor;
    }

    /**
     * Makes a measurement.
     *
     * @param benchmark the class
     * @return the measurement
     */
    public static Jmh of(Class<?> benchmark) {
        return new Jmh(benchmark, Map.of(), List.of(), null, List.of(), Effort::warmUpMillis, 1);
    }

    /**
     * Returns this measurement with a parameter.
     *
     * @param name the field
     * @param value what it becomes
     * @return the measurement
     */
    public Jmh with(String name, Object value) {
        Map<String, String> more = new LinkedHashMap<>(parameters);
        more.put(name, value.toString());
        return new Jmh(benchmark, more, jvmArguments, jvm, needed, warmUp, divisor);
    }

    /**
     * Returns this measurement with more arguments for the JVM.
     *
     * @param more the arguments
     * @return the measurement
     */
    public Jmh withJvmArguments(String... more) {
        List<String> all = new ArrayList<>(jvmArguments);
        all.addAll(List.of(more));
        return new Jmh(benchmark, parameters, all, jvm, needed, warmUp, divisor);
    }

    /**
     * Returns this measurement on another Java.
     *
     * @param java its program
     * @return the measurement
     */
    public Jmh on(Path java) {
        return new Jmh(benchmark, parameters, jvmArguments, java, List.of(java), warmUp, divisor);
    }

    /**
     * Returns this measurement, which needs some programs.
     *
     * @param more what it needs
     * @return the measurement
     */
    public Jmh needing(Path... more) {
        return new Jmh(benchmark, parameters, jvmArguments, jvm, List.of(more), warmUp, divisor);
    }

    /**
     * Returns this measurement in half of the time, for what the JVM needs less of to be warm.
     *
     * @return the measurement
     */
    public Jmh halved() {
        return new Jmh(benchmark, parameters, jvmArguments, jvm, needed, warmUp, divisor * 2);
    }

    /**
     * Returns this measurement after a long warm-up, for what the compiler takes long for and a target is for.
     *
     * @return the measurement
     */
    public Jmh warmedLong() {
        return new Jmh(benchmark, parameters, jvmArguments, jvm, needed, Effort::longWarmUpMillis, divisor);
    }

    @Override
    public Optional<String> missing() {
        return needed.stream()
                .filter(program -> !Files.isExecutable(program))
                .map(Path::toString)
                .findFirst();
    }

    @Override
    public Figures measure(Effort effort) {
        try {
            return toFigures(new Runner(options(effort)).run());
        } catch (RunnerException e) {
            throw new MeasurementException(reason(e), e);
        }
    }

    private org.openjdk.jmh.runner.options.Options options(Effort effort) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + benchmark.getName().replace(".", "\\.") + "\\.")
                .forks(1)
                .warmupTime(TimeValue.milliseconds(warmUp.applyAsInt(effort) / divisor))
                .measurementTime(TimeValue.milliseconds(effort.millis() / divisor))
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .jvmArgsAppend(jvmArguments.toArray(String[]::new));
        parameters.forEach(options::param);
        if (jvm != null) {
            options.jvm(jvm.toString());
        }
        return options.build();
    }

    /** JMH hangs what the benchmark threw behind an exception of its own. */
    private static String reason(RunnerException failure) {
        Throwable ofBenchmark = failure.getCause();
        return ofBenchmark == null || ofBenchmark.getSuppressed().length == 0
                ? String.valueOf(failure.getMessage())
                : ofBenchmark.getSuppressed()[0].toString();
    }

    private static Figures toFigures(Collection<RunResult> results) {
        Figures figures = new Figures(Map.of());
        for (RunResult result : results) {
            figures = add(figures, result);
        }
        return figures;
    }

    private static Figures add(Figures figures, RunResult result) {
        Figures more = addPrimary(figures, result);
        for (Metric metric : Metric.values()) {
            OptionalDouble counted = secondary(result, metric.key());
            if (counted.orElse(0) > 0) {
                more = more.with(metric, counted.getAsDouble());
            }
        }
        OptionalDouble allocated = secondary(result, ALLOCATED);
        double operations = secondary(result, OPERATIONS).orElse(1);
        return allocated.isEmpty() || operations == 0
                ? more
                : more.with(Metric.ALLOCATED, allocated.getAsDouble() / operations);
    }

    private static OptionalDouble secondary(RunResult result, String name) {
        Result<?> found = result.getSecondaryResults().get(name);
        return found == null ? OptionalDouble.empty() : OptionalDouble.of(found.getScore());
    }

    /** All is by the microsecond: the benchmarks say so. */
    private static Figures addPrimary(Figures figures, RunResult result) {
        Result<?> primary = result.getPrimaryResult();
        Mode mode = result.getParams().getMode();
        if (mode == Mode.Throughput) {
            return figures.with(Metric.RATE, primary.getScore() * 1e6);
        }
        if (mode == Mode.SampleTime) {
            return figures.with(Metric.MEAN, primary.getScore())
                    .with(Metric.P50, primary.getStatistics().getPercentile(50))
                    .with(Metric.P99, primary.getStatistics().getPercentile(99))
                    .with(Metric.P999, primary.getStatistics().getPercentile(99.9));
        }
        return figures;
    }
}
