// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

import com.zaxxer.nuprocess.NuAbstractProcessHandler;
import com.zaxxer.nuprocess.NuProcessBuilder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * NuProcess. It connects all three standard streams to pipes, whatever one asks for. It is called by two threads, as
 * many as Runflux spawns with: launches from its own event thread hold up the ends of the others, and are many times
 * slower.
 */
final class NuProcessContender implements Contender {
    private static final int LAUNCHING_THREADS = 2;

    private final List<String> command;
    private final Scheduler threads = Schedulers.newParallel("nuprocess-launcher", LAUNCHING_THREADS);

    NuProcessContender(List<String> command) {
        this.command = command;
    }

    @Override
    public Mono<Void> slot(Batch batch) {
        return Mono.create(sink -> begin(batch, sink));
    }

    private void begin(Batch batch, MonoSink<Void> sink) {
        long started = System.nanoTime();
        threads.schedule(() -> launchOnce(new Child(batch, sink, started)));
    }

    private void launchOnce(Child child) {
        NuProcessBuilder builder = new NuProcessBuilder(command, Map.of());
        builder.setProcessListener(child);
        builder.start();
    }

    @Override
    public void close() {
        threads.dispose();
    }

    /** Called by one thread at a time: one of NuProcess's, or the launching one if the start fails. */
    private final class Child extends NuAbstractProcessHandler {
        private final Batch batch;
        private final MonoSink<Void> sink;
        private final long started;
        private boolean outputEnded;

        Child(Batch batch, MonoSink<Void> sink, long started) {
            this.batch = batch;
            this.sink = sink;
            this.started = started;
        }

        @Override
        public void onStdout(ByteBuffer buffer, boolean closed) {
            buffer.position(buffer.limit());
            outputEnded |= closed;
        }

        @Override
        public void onExit(int code) {
            if (code == Integer.MIN_VALUE) {
                sink.error(new ChildFailedException("NuProcess", "could not be started"));
            } else if (code != 0 || !outputEnded) {
                String output = outputEnded ? "" : " before the end of its output";
                sink.error(new ChildFailedException("NuProcess", "ended with " + code + output));
            } else {
                batch.record(started);
                next();
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
