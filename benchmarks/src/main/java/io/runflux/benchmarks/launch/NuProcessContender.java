// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

import com.zaxxer.nuprocess.NuAbstractProcessHandler;
import com.zaxxer.nuprocess.NuProcessBuilder;
import io.runflux.benchmarks.MeasurementException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * NuProcess. It connects all three standard streams to pipes, whatever one asks for. It is called by two threads: one
 * and four make it no faster, and launches from its own event thread hold up the ends of the others, and are many times
 * slower.
 */
final class NuProcessContender implements Contender {
    private static final int LAUNCHING_THREADS = 2;

    private final Child child;
    private final List<String> command;
    private final Scheduler threads = Schedulers.newParallel("nuprocess-launcher", LAUNCHING_THREADS);

    NuProcessContender(Child child) {
        this.child = child;
        command = List.of(child.program().toString());
    }

    @Override
    public Mono<Void> slot(Batch batch) {
        return Mono.create(sink -> begin(batch, sink));
    }

    private void begin(Batch batch, MonoSink<Void> sink) {
        long started = System.nanoTime();
        threads.schedule(() -> launchOnce(new Handler(batch, sink, started)));
    }

    private void launchOnce(Handler handler) {
        NuProcessBuilder builder = new NuProcessBuilder(command, Map.of());
        builder.setProcessListener(handler);
        builder.start();
    }

    @Override
    public void close() {
        threads.dispose();
    }

    /** Called by one thread at a time: one of NuProcess's, or the launching one if the start fails. */
    private final class Handler extends NuAbstractProcessHandler {
        private final Batch batch;
        private final MonoSink<Void> sink;
        private final long started;
        private long read;

        Handler(Batch batch, MonoSink<Void> sink, long started) {
            this.batch = batch;
            this.sink = sink;
            this.started = started;
        }

        @Override
        public void onStdout(ByteBuffer buffer, boolean closed) {
            read += buffer.remaining();
            buffer.position(buffer.limit());
        }

        /** Comes after the end of the output. */
        @Override
        public void onExit(int code) {
            try {
                child.check("NuProcess", code, read);
                batch.record(started);
                next();
            } catch (MeasurementException e) {
                sink.error(e);
            }
        }

        private void next() {
            if (batch.claim()) {
                begin(batch, sink);
            } else {
                sink.success();
            }
        }
    }
}
