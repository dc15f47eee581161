// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

import io.runflux.benchmarks.MeasurementException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Streaming by the JDK, on the calling thread. */
final class ProcessBuilderStreamContender implements StreamContender {
    private static final String NAME = "ProcessBuilder";

    private final Child child;
    private final byte[] piece = new byte[PIECE_BYTES];

    ProcessBuilderStreamContender(Child child) {
        this.child = child;
    }

    @Override
    public void readAll() {
        run(process -> {
            long bytes = 0;
            try (InputStream output = process.getInputStream()) {
                for (int read = output.read(piece); read >= 0; read = output.read(piece)) {
                    bytes += read;
                }
            }
            return bytes;
        });
    }

    @Override
    public void writeAll(long bytes) {
        run(process -> {
            try (OutputStream input = process.getOutputStream()) {
                for (long left = bytes; left > 0; left -= PIECE_BYTES) {
                    input.write(piece);
                }
            }
            return 0;
        });
    }

    private void run(Transfer transfer) {
        try {
            Process process = new ProcessBuilder(child.program().toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            long read = transfer.apply(process);
            child.check(NAME, process.waitFor(), read);
        } catch (IOException e) {
            throw new MeasurementException("ProcessBuilder: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MeasurementException("interrupted while waiting for a child");
        }
    }

    @Override
    public void close() {}

    /** What is done with the streams; returns how much was read. */
    private interface Transfer {
        long apply(Process process) throws IOException;
    }
}
