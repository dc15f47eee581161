// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

import io.runflux.benchmarks.MeasurementException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Children of the JDK, which has a thread wait for each; where there is output, one of ours reads it. */
final class ProcessBuilderLiveContender implements LiveContender {
    private static final File NULL_DEVICE = new File("/dev/null");

    private final ProcessBuilder builder;
    private final boolean hasOutput;
    private final ExecutorService readers = Executors.newCachedThreadPool();
    private final List<Process> started = new ArrayList<>();

    ProcessBuilderLiveContender(Path child, boolean hasOutput) {
        this.hasOutput = hasOutput;
        builder = new ProcessBuilder(child.toString())
                .redirectInput(NULL_DEVICE)
                .redirectOutput(hasOutput ? ProcessBuilder.Redirect.PIPE : ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
    }

    @Override
    public void start(int children) {
        try {
            for (int i = 0; i < children; i++) {
                Process process = builder.start();
                started.add(process);
                if (hasOutput) {
                    readers.execute(() -> read(process));
                }
            }
        } catch (IOException e) {
            throw new MeasurementException("ProcessBuilder: " + e.getMessage());
        }
    }

    /** The JDK may close the output of a child that was killed while it is read. */
    private static void read(Process process) {
        try (InputStream output = process.getInputStream()) {
            output.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            if (process.isAlive()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        started.forEach(Process::destroyForcibly);
        started.forEach(process -> process.onExit().join());
        readers.shutdown();
    }
}
