// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** The input pipe of a process, with its one sender at most. Closing it never waits for a write that does. */
final class JdkInput {
    private final int pid;
    private final @Nullable OutputStream pipe;
    private final ExecutorService threads;

    /** Guarded by this, as all below. */
    private @Nullable JdkSender sender;

    private boolean isEnded;
    private boolean isClosed;
    private boolean isWriting;

    JdkInput(int pid, @Nullable OutputStream pipe, ExecutorService threads) {
        this.pid = pid;
        this.pipe = pipe;
        this.threads = threads;
    }

    Mono<Void> send(Publisher<? extends ByteBuf> source) {
        return Mono.create(sink -> {
            JdkSender next = new JdkSender(this, sink);
            RuntimeException refusal = refusal(next);
            if (refusal != null) {
                sink.error(refusal);
                return;
            }
            sink.onCancel(next);
            source.subscribe(next);
        });
    }

    private synchronized @Nullable RuntimeException refusal(JdkSender next) {
        if (pipe == null) {
            return new IllegalStateException("standard input of process " + pid + " is not a pipe");
        }
        if (sender != null) {
            return new IllegalStateException("standard input of process " + pid + " was sent to before");
        }
        sender = next;
        return isEnded || isClosed ? new StdinClosedException(pid, 0) : null;
    }

    /** Closes the input, unless a write is under way, which then finds out for itself. */
    void processEnded() {
        JdkSender abandoned;
        synchronized (this) {
            isEnded = true;
            abandoned = isWriting ? null : sender;
        }
        if (abandoned != null) {
            abandoned.closedByProcess();
        }
        close();
    }

    void close() {
        synchronized (this) {
            if (isClosed) {
                return;
            }
            isClosed = true;
            if (isWriting) {
                return;
            }
        }
        closePipe();
    }

    /** Writes on a thread that may block; false if the input is closed. */
    boolean write(Runnable write) {
        synchronized (this) {
            if (isClosed || isEnded) {
                return false;
            }
            isWriting = true;
        }
        threads.execute(write);
        return true;
    }

    void write(byte[] bytes, int count) throws IOException {
        if (pipe != null) {
            pipe.write(bytes, 0, count);
            pipe.flush();
        }
    }

    /** Ends a write: closes the input if that was put off, and says whether it is still open. */
    boolean written() {
        synchronized (this) {
            isWriting = false;
            if (!isClosed) {
                return !isEnded;
            }
        }
        closePipe();
        return false;
    }

    int pid() {
        return pid;
    }

    /** Nothing is buffered in it, so nothing blocks. */
    private void closePipe() {
        try {
            if (pipe != null) {
                pipe.close();
            }
        } catch (IOException brokenOrClosedBefore) {
            return;
        }
    }
}
