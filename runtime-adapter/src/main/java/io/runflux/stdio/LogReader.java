// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Reads what {@link UpstreamIo} wrote to a file, also while it is written, and across its rotations.
 *
 * <p>Each returned {@link Flux} is cold: every subscription opens files of its own, two descriptors and one file at a
 * time, and reads on threads of the logs, at most 64 KiB ahead of the demand. Cancelling closes them. Records come in
 * the order of the file, each once. A reader loses nothing as long as the files that it has not read yet are kept; if
 * they are not, it fails with a {@link LogLostException}, and other failures are {@link UpstreamException}s. A line
 * that is none of the format comes as it is. Immutable and safe for concurrent use.
 */
public final class LogReader {
    /** How long a reader rests at the end of a log before it looks again. */
    public static final Duration POLL_INTERVAL = Duration.ofMillis(200);

    private final StdioUri uri;
    private final List<Path> allowedRoots;
    private final Scheduler timer;

    private LogReader(StdioUri uri, List<Path> allowedRoots, Scheduler timer) {
        this.uri = uri;
        this.allowedRoots = allowedRoots;
        this.timer = timer;
    }

    /**
     * Returns a reader. Nothing is opened yet, and the file need not be there.
     *
     * @param uri a file, of which the path and the format count
     * @param options the roots below which files may be
     * @return the reader
     * @throws IllegalArgumentException if the target is no file
     */
    public static LogReader of(StdioUri uri, UpstreamOptions options) {
        return of(uri, options, Schedulers.parallel());
    }

    static LogReader of(StdioUri uri, UpstreamOptions options, Scheduler timer) {
        if (uri.scheme() != StdioUri.Scheme.FILE) {
            throw new IllegalArgumentException("only a log in a file can be read, was '" + uri + "'");
        }
        return new LogReader(uri, options.allowedRoots(), timer);
    }

    /**
     * Reads to the end, as it is when it is reached.
     *
     * @param start where to begin
     * @return the records, the last of them without a newline if the log ends so; empty if there is no file
     */
    public Flux<LogRecord> read(LogStart start) {
        return open(start, new AtomicBoolean(true)).checkpoint("read " + uri);
    }

    /**
     * Reads on and on. What comes later than the last newline is waited for, until its line is whole.
     *
     * @param start where to begin; if there is no file yet, the beginning of the one to come
     * @return the records, without an end
     */
    public Flux<LogRecord> follow(LogStart start) {
        return follow(start, Mono.never());
    }

    /**
     * Reads on until nothing more will be written.
     *
     * @param start where to begin; if there is no file yet, the beginning of the one to come
     * @param end completes or fails, in the same way, when all is written, such as {@link UpstreamIo#close()} of the
     *     writer; subscribed to once for each reading, and cancelled with it
     * @return the records, completing when all that was written before that end is read
     */
    public Flux<LogRecord> follow(LogStart start, Mono<?> end) {
        return Flux.defer(() -> followUntil(start, end)).checkpoint("follow " + uri);
    }

    private Flux<LogRecord> followUntil(LogStart start, Mono<?> end) {
        AtomicBoolean hasEnded = new AtomicBoolean();
        return Flux.using(() -> watch(end, hasEnded), watch -> open(start, hasEnded), Disposable::dispose);
    }

    private static Disposable watch(Mono<?> end, AtomicBoolean hasEnded) {
        return end.subscribe(value -> {}, error -> hasEnded.set(true), () -> hasEnded.set(true));
    }

    private Flux<LogRecord> open(LogStart start, AtomicBoolean hasEnded) {
        return Flux.usingWhen(
                Mono.fromSupplier(() -> new LogCursor(uri, allowedRoots, start)),
                cursor -> new Looks(cursor, hasEnded).records(),
                LogReader::close);
    }

    private static Mono<Void> close(LogCursor cursor) {
        return LogThreads.call(() -> {
                    cursor.close();
                    return cursor;
                })
                .then();
    }

    /** The looks of one reading, one after another. */
    private final class Looks {
        private final LogCursor cursor;
        private final AtomicBoolean hasEnded;
        private volatile boolean isAtEnd;
        private volatile boolean isLast;

        Looks(LogCursor cursor, AtomicBoolean hasEnded) {
            this.cursor = cursor;
            this.hasEnded = hasEnded;
        }

        Flux<LogRecord> records() {
            return Mono.defer(this::rest)
                    .then(LogThreads.call(this::look))
                    .repeat(() -> !isLast)
                    .concatMapIterable(records -> records, 1)
                    .onErrorMap(IOException.class, this::toException);
        }

        private Mono<Long> rest() {
            return isAtEnd ? Mono.delay(POLL_INTERVAL, timer) : Mono.empty();
        }

        /** What was written before the end has to be there at a look that began after it. */
        private List<LogRecord> look() throws IOException {
            boolean wasEnded = hasEnded.get();
            List<LogRecord> records = cursor.next();
            isAtEnd = records.isEmpty();
            isLast = wasEnded && isAtEnd;
            return isLast ? cursor.rest() : records;
        }

        private UpstreamException toException(IOException error) {
            return new UpstreamException("cannot read " + uri + ": " + Failures.why(error), error);
        }
    }
}
