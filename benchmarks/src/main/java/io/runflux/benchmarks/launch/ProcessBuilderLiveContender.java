// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

import io.runflux.benchmarks.MeasurementException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Children of the JDK: a thread of ours reads each one's output, and one of the JDK waits for it. */
final class ProcessBuilderLiveContender implements LiveContender {
    private final ProcessBuilder builder;
    private final ExecutorService readers = Executors.newCachedThreadPool();
    private final List<Process> started = new ArrayList<>();

    ProcessBuilderLiveContender(Path child) {
        builder = new ProcessBuilder(child.toString()).redirectError(ProcessBuilder.Redirect.DISCARD);
    }

    @Override
    public void start(int children) {
        try {
            for (int i = 0; i < children; i++) {
                Process process = builder.start();
                started.add(process);
                readers.execute(() -> read(process));
            }
        } catch (IOException e) {
            throw new MeasurementException("ProcessBuilder: " + e.getMessage());
        }
    }

    private static void read(Process process) {
        try (InputStream output = process.getInputStream()) {
            output.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        started.forEach(Process::destroyForcibly);
        started.forEach(process -> process.onExit().join());
        readers.shutdown();
    }
}
