// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Makes a pipe larger through which much goes. Where one side fills a pipe and the other one empties it, each waits for
 * the other time and again, and to be woken takes longer than to copy 64 KiB. Confined to the loop of the pipe.
 *
 * <p>How many are large at once is bounded: all pipes of a user who is not privileged may have 64 MiB, beyond which the
 * kernel makes none larger, and new ones smaller than usual (pipe(7), {@code pipe-user-pages-soft}).
 */
final class PipeGrowth {
    /** What a pipe grows to: the most that the kernel grants anybody ({@code pipe-max-size} as it comes). */
    static final int LARGE_BYTES = 1 << 20;
    /** How many pipes of a launcher are large at once: half of what their user may have. */
    static final int MAX_LARGE = 32;
    /** What passes between two waits when a pipe of the default size was full, or nearly. */
    static final int MUCH_BYTES = 32 * 1024;
    /** So often one after another it is much, before the pipe grows. */
    static final int TIMES = 16;
    /** The time for them, or else it is not fast. */
    static final long WITHIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Libc libc;
    private final int pipe;
    private final Semaphore allowed;
    private final LongSupplier clock;
    private long passed;
    private int times;
    private long since;
    private boolean isTried;
    private boolean isLarge;

    /** Takes how many more may be large. */
    PipeGrowth(Endpoint pipe, Semaphore allowed) {
        this(pipe.libc(), pipe.descriptor(), allowed, System::nanoTime);
    }

    /** Takes what tells the time, in nanoseconds. */
    PipeGrowth(Libc libc, int pipe, Semaphore allowed, LongSupplier clock) {
        this.libc = libc;
        this.pipe = pipe;
        this.allowed = allowed;
        this.clock = clock;
    }

    /** Of something that keeps its size. */
    static PipeGrowth none(Endpoint endpoint) {
        return new PipeGrowth(endpoint, new Semaphore(0));
    }

    /** Some bytes went through. */
    void passed(int bytes) {
        passed += bytes;
    }

    /** No more goes through until the other side has done something. */
    void waits() {
        boolean wasMuch = passed >= MUCH_BYTES;
        passed = 0;
        if (isTried) {
            return;
        }
        if (!wasMuch) {
            times = 0;
        } else if (times == 0) {
            since = clock.getAsLong();
            times = 1;
        } else if (++times == TIMES) {
            times = 0;
            growIfFast();
        }
    }

    private void growIfFast() {
        if (clock.getAsLong() - since > WITHIN_NANOS || !allowed.tryAcquire()) {
            return;
        }
        isTried = true;
        isLarge = libc.fcntl(pipe, Linux.F_SETPIPE_SZ, LARGE_BYTES) >= 0;
        if (!isLarge) {
            allowed.release();
        }
    }

    /** The pipe is closed. */
    void closed() {
        if (isLarge) {
            isLarge = false;
            allowed.release();
        }
    }
}
