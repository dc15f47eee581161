// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.netty.ByteBufFlux;

/**
 * A file that both outputs of a process go to. Whoever brings output copies it into the queue; one task at a time, on a
 * thread of its own, writes all that waits at once. The memory is bounded by twice the buffer: what waits, and what is
 * being written.
 */
final class FileUpstream implements UpstreamIo, IntakeTarget {
    private static final Logger log = LoggerFactory.getLogger(FileUpstream.class);

    private final StdioUri uri;
    private final boolean isTerminal;
    private final boolean waits;
    private final LogWriter writer;
    private final LogQueue queue;
    private final Scheduler threads;
    private final Intakes intakes;
    private final AtomicLong lostBytes = new AtomicLong();
    private final AtomicBoolean isScheduled = new AtomicBoolean();
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private volatile boolean isClosing;
    /** Written by the task alone, as all below. */
    private volatile boolean isClosed;

    private @Nullable UpstreamException failure;
    private boolean isFailing;

    FileUpstream(StdioUri uri, boolean isTerminal, LogWriter writer, LogQueue queue, Scheduler threads) {
        this.uri = uri;
        this.isTerminal = isTerminal;
        this.writer = writer;
        this.queue = queue;
        this.threads = threads;
        waits = FileLogOptions.of(uri.parameters()).waits();
        intakes = new Intakes(uri, isTerminal, this);
    }

    static Mono<UpstreamIo> open(StdioUri uri, UpstreamOptions options) {
        return Opening.mono(uri, options).checkpoint("open " + uri);
    }

    static FileUpstream openNow(StdioUri uri, UpstreamOptions options) throws IOException {
        return openNow(uri, options, LogThreads.SCHEDULER, Clock.systemUTC());
    }

    static FileUpstream openNow(StdioUri uri, UpstreamOptions options, Scheduler threads, Clock clock)
            throws IOException {
        FileLogOptions log = FileLogOptions.of(uri.parameters());
        LogQueue queue = new LogQueue(log.bufferBytes(), !log.waits(), clock);
        LogWriter writer = new LogWriter(openFile(uri.requirePath(), options, log, clock), log.format());
        return new FileUpstream(uri, options.isTerminal(), writer, queue, threads);
    }

    private static LogFile openFile(Path path, UpstreamOptions options, FileLogOptions log, Clock clock)
            throws IOException {
        LogDirectory directory = LogDirectory.of(path, options.allowedRoots());
        try {
            return LogFile.open(directory, log, clock);
        } catch (IOException | RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    @Override
    public StdioUri uri() {
        return uri;
    }

    @Override
    public boolean isTerminal() {
        return isTerminal;
    }

    @Override
    public ByteBufFlux stdin() {
        return ByteBufFlux.fromInbound(Flux.empty());
    }

    @Override
    public Mono<Void> sendStdout(Publisher<? extends ByteBuf> source) {
        return intakes.send(LogStream.STDOUT, source);
    }

    @Override
    public Mono<Void> sendStderr(Publisher<? extends ByteBuf> source) {
        return intakes.send(LogStream.STDERR, source);
    }

    @Override
    public long lostBytes() {
        return lostBytes.get();
    }

    @Override
    public Mono<Void> closeStdin() {
        return Mono.empty();
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            closeLater();
            return closed.asMono();
        });
    }

    void closeLater() {
        intakes.close();
        isClosing = true;
        schedule();
    }

    @Override
    public boolean waits() {
        return waits;
    }

    @Override
    public boolean hasRoom() {
        return queue.hasRoom();
    }

    @Override
    public void take(LogStream stream, ByteBuf buffer) {
        lostBytes.addAndGet(queue.offer(stream, buffer));
        schedule();
    }

    @Override
    public void end(LogStream stream) {
        queue.end(stream);
        schedule();
    }

    private void schedule() {
        if (isScheduled.compareAndSet(false, true)) {
            threads.schedule(this::writeWaiting);
        }
    }

    /** Gives the thread back after each batch, so that a busy log does not keep others waiting. */
    private void writeWaiting() {
        try {
            boolean mustClose = isClosing && !isClosed;
            writeBatch(queue.take());
            if (mustClose) {
                closeFiles();
            }
        } finally {
            isScheduled.set(false);
        }
        if (!queue.isEmpty() || (isClosing && !isClosed)) {
            schedule();
        }
    }

    private void writeBatch(List<LogQueue.Entry> batch) {
        if (isClosed) {
            discard(batch);
        } else {
            note(writer.write(batch));
        }
        finishEnded(batch);
        intakes.resume();
    }

    /** What arrives while a source is being cancelled. */
    private void discard(List<LogQueue.Entry> batch) {
        for (LogQueue.Entry entry : batch) {
            if (entry instanceof LogQueue.Output output) {
                lostBytes.addAndGet(output.bytes().length);
            }
        }
    }

    private void note(@Nullable IOException error) {
        lostBytes.addAndGet(writer.takeLostBytes());
        if (error == null) {
            isFailing = false;
            return;
        }
        if (!isFailing) {
            log.warn("{}: output is lost, since it cannot be written: {}", uri, Failures.why(error));
        }
        isFailing = true;
        UpstreamException first = failure == null ? toException("write to", error) : failure;
        failure = first;
        if (waits) {
            intakes.fail(first);
        }
    }

    private UpstreamException toException(String verb, IOException error) {
        return new UpstreamException("cannot " + verb + " " + uri + ": " + Failures.why(error), error);
    }

    private void finishEnded(List<LogQueue.Entry> batch) {
        for (LogQueue.Entry entry : batch) {
            if (entry instanceof LogQueue.End end) {
                intakes.finish(end.stream(), failure);
            }
        }
    }

    private void closeFiles() {
        isClosed = true;
        try {
            writer.close();
            closed.tryEmitEmpty();
        } catch (IOException e) {
            closed.tryEmitError(toException("close", e));
        }
    }
}
