// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

import com.zaxxer.nuprocess.NuAbstractProcessHandler;
import com.zaxxer.nuprocess.NuProcess;
import com.zaxxer.nuprocess.NuProcessBuilder;
import io.runflux.benchmarks.MeasurementException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Streaming by NuProcess, whose thread calls back with each of its buffers of 64 KiB. */
final class NuProcessStreamContender implements StreamContender {
    private static final String NAME = "NuProcess";

    private final Child child;

    NuProcessStreamContender(Child child) {
        this.child = child;
    }

    @Override
    public void readAll() {
        run(0);
    }

    @Override
    public void writeAll(long bytes) {
        run(bytes);
    }

    private void run(long toWrite) {
        Handler handler = new Handler(toWrite);
        NuProcessBuilder builder = new NuProcessBuilder(List.of(child.program().toString()), Map.of());
        builder.setProcessListener(handler);
        NuProcess process = builder.start();
        try {
            child.check(NAME, process.waitFor(1, TimeUnit.MINUTES), handler.read);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MeasurementException("interrupted while waiting for a child");
        }
    }

    @Override
    public void close() {}

    /** Called by NuProcess's thread alone. */
    private static final class Handler extends NuAbstractProcessHandler {
        private long left;
        private volatile long read;
        private @Nullable NuProcess started;

        Handler(long toWrite) {
            left = toWrite;
        }

        @Override
        public void onStart(NuProcess process) {
            started = process;
            if (left > 0) {
                process.wantWrite();
            } else {
                process.closeStdin(true);
            }
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
        public void onStdout(ByteBuffer buffer, boolean closed) {
            read += buffer.remaining();
            buffer.position(buffer.limit());
        }

        @Override
        public boolean onStdinReady(ByteBuffer buffer) {
            buffer.clear();
            left -= buffer.remaining();
            if (left <= 0) {
                Objects.requireNonNull(started).closeStdin(false);
            }
            return left > 0;
        }
    }
}
