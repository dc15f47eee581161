// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Makes a pipe larger through which much goes. Where one side fills a pipe and the other one empties it, each waits for
 * the other time and again, and to be woken takes longer than to copy 64 KiB. Confined to the loop of the pipe.
 *
 * <p>How many are large at once is bounded, see {@link ProcessLauncherBuilder#maxLargePipes}. A pipe counts until the
 * process has ended: the kernel has it as long as either end is open.
 */
final class PipeGrowth {
    /** What a pipe grows to: the most that the kernel grants without privileges ({@code pipe-max-size} as it comes). */
    static final int LARGE_BYTES = 1 << 20;
    /** What passes between two waits when it is much: half of a pipe of the default size. */
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
    private boolean isCounted;

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
        PipeGrowth none = new PipeGrowth(endpoint, new Semaphore(0));
        none.isTried = true;
        return none;
    }

    /** Some bytes went through. */
    void passed(int bytes) {
        passed += bytes;
    }

    /**
     * No more goes through until the other side has done something; without anything in between, the event was
     * spurious. Returns whether there is more room now.
     */
    boolean waits() {
        if (isTried || passed == 0) {
            return false;
        }
        boolean wasMuch = passed >= MUCH_BYTES;
        passed = 0;
        times = wasMuch ? times + 1 : 0;
        if (times == 1) {
            since = clock.getAsLong();
        }
        if (times < TIMES) {
            return false;
        }
        times = 0;
        return clock.getAsLong() - since <= WITHIN_NANOS && allowed.tryAcquire() && grow();
    }

    /**
     * Asks twice: from Linux 5.8 until the repair of 6.8 a writer that waits is woken before there is room, and then no
     * more (kernel bug 212295).
     */
    private boolean grow() {
        isTried = true;
        isCounted = true;
        boolean isLarge = libc.fcntl(pipe, Linux.F_GETPIPE_SZ, 0) < LARGE_BYTES
                && libc.fcntl(pipe, Linux.F_SETPIPE_SZ, LARGE_BYTES) >= 0
                && libc.fcntl(pipe, Linux.F_SETPIPE_SZ, LARGE_BYTES) >= 0;
        if (!isLarge) {
            end();
        }
        return isLarge;
    }

    /** Nobody has the pipe any more. */
    void end() {
        if (isCounted) {
            isCounted = false;
            allowed.release();
        }
    }
}
