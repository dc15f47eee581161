// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import io.netty.buffer.ByteBuf;
import io.runflux.process.OutboundStream;
import io.runflux.process.PeerUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.ByteBufFlux;

/**
 * A FIFO or unix socket that outputs of a process go to. Whoever brings output copies it into the queue; one turn at a
 * time takes all that waits and writes it, dialling again where the peer has gone. The memory is bounded by twice the
 * buffer: what waits, and what is being written.
 */
final class PeerUpstream implements UpstreamIo, IntakeTarget {
    /** How long closing waits for a peer that does not read. */
    static final Duration LINGER = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(PeerUpstream.class);

    private final StdioUri uri;
    private final boolean isTerminal;
    private final boolean waits;
    private final Mono<OutboundStream> dial;
    private final Redial redial;
    private final LogQueue queue;
    private final Intakes intakes;
    private final AtomicLong lostBytes = new AtomicLong();
    private final AtomicBoolean isWriting = new AtomicBoolean();
    private final AtomicBoolean isClosing = new AtomicBoolean();
    private final Disposable.Swap lingering = Disposables.swap();
    private final Sinks.Empty<Void> lingered = Sinks.empty();
    private final Sinks.Empty<Void> closed = Sinks.empty();
    /** Written by the turn alone, as all below; these three under the lock, for a dial that ends after its turn. */
    private volatile boolean isReleased;

    private OutboundStream connection;
    private boolean isSevered;

    private boolean endsLine = true;
    private long unmarkedBytes;
    private boolean isFailing;
    private @Nullable UpstreamException failure;

    PeerUpstream(
            StdioUri uri, boolean isTerminal, OutboundStream connection, Mono<OutboundStream> dial, Redial redial) {
        this.uri = uri;
        this.isTerminal = isTerminal;
        this.connection = connection;
        this.dial = dial;
        this.redial = redial;
        PeerOptions options = PeerOptions.of(uri.parameters());
        waits = options.waits();
        queue = new LogQueue(options.bufferBytes(), !waits, Clock.systemUTC());
        intakes = new Intakes(uri, isTerminal, this);
    }

    static Mono<UpstreamIo> open(StdioUri uri, UpstreamOptions options) {
        return Mono.defer(() -> {
                    Peer peer = new Peer(uri, options);
                    return peer.openToWrite()
                            .<UpstreamIo>map(first ->
                                    new PeerUpstream(uri, options.isTerminal(), first, peer.dial(), peer.redial()));
                })
                .checkpoint("open " + uri);
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

    private void closeLater() {
        intakes.close();
        if (isClosing.compareAndSet(false, true)) {
            lingering.update(Mono.delay(LINGER).subscribe(up -> lingered.tryEmitError(tooSlow())));
            schedule();
        }
    }

    private UpstreamException tooSlow() {
        return new UpstreamException(
                "cannot write to " + uri + ": it is closed, and nobody read the rest within " + LINGER, null);
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
        if (isWriting.compareAndSet(false, true)) {
            boolean mustRelease = isClosing.get() && !isReleased;
            List<LogQueue.Entry> entries = queue.take();
            List<LogStream> ended = PeerBatch.ended(entries);
            writeOrLose(entries)
                    .then(Mono.fromRunnable(() -> finish(ended)))
                    .then(mustRelease ? release() : Mono.empty())
                    .doFinally(signal -> turnOver())
                    .subscribe();
        }
    }

    private void turnOver() {
        isWriting.set(false);
        if (!queue.isEmpty() || (isClosing.get() && !isReleased)) {
            schedule();
        } else if (isReleased) {
            closed.tryEmitEmpty();
        }
    }

    private Mono<Void> writeOrLose(List<LogQueue.Entry> entries) {
        if (PeerBatch.isEmpty(entries)) {
            return Mono.empty();
        }
        PeerBatch batch = new PeerBatch(entries, endsLine, unmarkedBytes);
        unmarkedBytes = 0;
        return (isReleased ? Mono.<Void>empty() : write(batch)).then(Mono.fromRunnable(() -> settle(batch)));
    }

    private Mono<Void> write(PeerBatch batch) {
        return writeAll(batch.bytes())
                .takeUntilOther(lingered.asMono())
                .doOnSuccess(unused -> isFailing = false)
                .onErrorResume(error -> note(error).then(releaseIfClosing()));
    }

    /** Where a write got somewhere before the peer went, its successor is looked for with all the time there is. */
    private Mono<Void> writeAll(ByteBuf bytes) {
        return Mono.defer(() -> isSevered ? lookForPeer(bytes) : writeSome(bytes))
                .repeat(bytes::isReadable)
                .then();
    }

    private Mono<Void> writeSome(ByteBuf bytes) {
        return writeTo(connection, bytes).onErrorComplete(PeerUnavailableException.class);
    }

    private Mono<Void> lookForPeer(ByteBuf bytes) {
        Mono<Void> attempt = dial.flatMap(this::replace).flatMap(peer -> writeTo(peer, bytes));
        return redial.whilst(PeerUnavailableException.class::isInstance, attempt)
                .onErrorMap(PeerUnavailableException.class, this::toTimeout);
    }

    /** Fails only if nothing was written. */
    private Mono<Void> writeTo(OutboundStream peer, ByteBuf bytes) {
        return Mono.defer(() -> {
            int from = bytes.readerIndex();
            return peer.write(bytes)
                    .doOnError(PeerUnavailableException.class, this::severed)
                    .onErrorComplete(error -> error instanceof PeerUnavailableException && bytes.readerIndex() > from);
        });
    }

    private void severed(PeerUnavailableException gone) {
        isSevered = true;
        log.info("{}: dialling again: {}", uri, gone.getMessage());
    }

    private UpstreamException toTimeout(PeerUnavailableException last) {
        return new UpstreamException(
                "cannot write to " + uri + ": " + last.getMessage() + ", and the retry timeout of "
                        + PeerOptions.of(uri.parameters()).retryTimeout() + " is up",
                last);
    }

    /**
     * The severed one is closed after its successor is open: what a FIFO holds is then still there to be read. It is
     * closed also if this is cancelled, as the successor is that comes when all is released.
     */
    private Mono<OutboundStream> replace(OutboundStream successor) {
        OutboundStream severed = adopt(successor);
        Mono<Long> closing = severed.release().cache();
        closing.subscribe();
        return severed == successor
                ? Mono.empty()
                : closing.doOnNext(this::lose).thenReturn(successor);
    }

    /** Returns which of the two is of no more use. */
    private synchronized OutboundStream adopt(OutboundStream successor) {
        if (isReleased) {
            return successor;
        }
        OutboundStream severed = connection;
        connection = successor;
        isSevered = false;
        redial.found();
        return severed;
    }

    private synchronized OutboundStream letGo() {
        isReleased = true;
        return connection;
    }

    private void lose(long bytes) {
        lostBytes.addAndGet(bytes);
        unmarkedBytes += bytes;
    }

    private Mono<Void> note(Throwable error) {
        if (!isFailing) {
            log.warn("{}: output is lost, since it cannot be written: {}", uri, Failures.why(error));
        }
        isFailing = true;
        UpstreamException first = failure == null ? toUpstreamException(error) : failure;
        failure = first;
        if (waits) {
            intakes.fail(first);
        }
        return Mono.empty();
    }

    private UpstreamException toUpstreamException(Throwable error) {
        return error instanceof UpstreamException known
                ? known
                : new UpstreamException("cannot write to " + uri + ": " + Failures.why(error), error);
    }

    /** Ends a write that may still go on, so that its bytes can be counted. */
    private Mono<Void> releaseIfClosing() {
        return isClosing.get() ? release() : Mono.empty();
    }

    private void settle(PeerBatch batch) {
        endsLine = batch.endedLine(endsLine);
        lostBytes.addAndGet(batch.remaining());
        unmarkedBytes += batch.unmarked();
        batch.bytes().release();
    }

    private void finish(List<LogStream> ended) {
        ended.forEach(stream -> intakes.finish(stream, failure));
        intakes.resume();
    }

    private Mono<Void> release() {
        return Mono.defer(() -> {
            if (isReleased) {
                return Mono.empty();
            }
            lingering.dispose();
            return letGo().release().doOnNext(this::lose).then();
        });
    }
}
