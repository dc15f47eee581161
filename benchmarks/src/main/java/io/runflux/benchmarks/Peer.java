// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * A program that measures itself, and writes its figures as one JSON object to its standard output, with the names of
 * {@link Metric}s. What it says on standard error is shown.
 */
public final class Peer implements Measurement {
    private static final long TIMEOUT_MINUTES = 5;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path program;
    private final Function<Effort, List<String>> arguments;

    private Peer(Path program, Function<Effort, List<String>> arguments) {
        this.program = program;
        this.arguments = arguments;
    }

    /**
     * Makes a measurement.
     *
     * @param program the program
     * @param arguments its arguments
     * @return the measurement
     */
    public static Peer of(Path program, Function<Effort, List<String>> arguments) {
        return new Peer(program, arguments);
    }

    @Override
    public Optional<String> missing() {
        return Files.isExecutable(program) ? Optional.empty() : Optional.of(program.toString());
    }

    @Override
    public Figures measure(Effort effort) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments.apply(effort));
        return ask(command);
    }

    /**
     * Runs a program that measures itself, and waits for its end.
     *
     * @param command the program and its arguments
     * @return its figures
     */
    public static Figures ask(List<String> command) {
        try {
            return run(command);
        } catch (IOException e) {
            throw new MeasurementException(command.get(0) + " cannot be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MeasurementException("interrupted while " + command.get(0) + " measured", e);
        }
    }

    private static Figures run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream output = process.getInputStream()) {
            process.getOutputStream().close();
            String answer = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new MeasurementException(String.join(" ", command) + " failed");
            }
            return read(answer);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Figures read(String answer) {
        Figures figures = new Figures(Map.of());
        for (Map.Entry<String, JsonNode> field : JSON.readTree(answer).properties()) {
            Metric metric = Metric.of(field.getKey())
                    .orElseThrow(() -> new MeasurementException("unknown figure " + field.getKey()));
            figures = figures.with(metric, field.getValue().asDouble());
        }
        return figures;
    }
}
