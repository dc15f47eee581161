// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PipeGrowthTest {
    private final FaultyLibc faulty = new FaultyLibc();
    private final Libc libc = faulty.libc();
    private final int[] pipe = new int[2];
    private final Semaphore allowed = new Semaphore(1);
    private final AtomicLong nanos = new AtomicLong();
    private final PipeGrowth growth;
    private final int smallBytes;

    PipeGrowthTest() {
        assertThat(libc.pipe2(pipe, Linux.O_CLOEXEC)).isZero();
        growth = new PipeGrowth(libc, pipe[0], allowed, nanos::get);
        smallBytes = pipeBytes();
    }

    @BeforeEach
    void assumeThatPipesMayGrow() {
        assumeTrue(LargePipes.areAllowed(), "the kernel grants this user no large pipes at present");
    }

    @AfterEach
    void closePipe() {
        libc.close(pipe[0]);
        libc.close(pipe[1]);
    }

    @Test
    void waits_afterMuchOftenEnough_makesThePipeLarge() {
        assertThat(pass(PipeGrowth.TIMES - 1, PipeGrowth.MUCH_BYTES)).isFalse();
        assertThat(pipeBytes()).isEqualTo(smallBytes);

        assertThat(pass(1, PipeGrowth.MUCH_BYTES)).isTrue();

        assertThat(pipeBytes()).isEqualTo(PipeGrowth.LARGE_BYTES);
        assertThat(allowed.availablePermits()).isZero();
    }

    @Test
    void waits_muchInSmallPieces_isMuch() {
        for (int i = 0; i < PipeGrowth.TIMES; i++) {
            growth.passed(PipeGrowth.MUCH_BYTES - 1);
            pass(1, 1);
        }

        assertThat(pipeBytes()).isEqualTo(PipeGrowth.LARGE_BYTES);
    }

    @Test
    void waits_afterLittle_leavesThePipe() {
        pass(100 * PipeGrowth.TIMES, PipeGrowth.MUCH_BYTES - 1);

        assertThat(pipeBytes()).isEqualTo(smallBytes);
    }

    @Test
    void waits_afterLittleInBetween_beginsToCountAnew() {
        pass(PipeGrowth.TIMES - 1, PipeGrowth.MUCH_BYTES);
        pass(1, 1);
        pass(PipeGrowth.TIMES - 1, PipeGrowth.MUCH_BYTES);
        assertThat(pipeBytes()).isEqualTo(smallBytes);

        pass(1, PipeGrowth.MUCH_BYTES);

        assertThat(pipeBytes()).isEqualTo(PipeGrowth.LARGE_BYTES);
    }

    @Test
    void waits_spuriousEventsInBetween_changeNothing() {
        for (int i = 0; i < PipeGrowth.TIMES; i++) {
            pass(1, PipeGrowth.MUCH_BYTES);
            pass(2, 0);
        }

        assertThat(pipeBytes()).isEqualTo(PipeGrowth.LARGE_BYTES);
    }

    @Test
    void waits_muchButSlowly_leavesThePipeUntilItIsFast() {
        pass(1, PipeGrowth.MUCH_BYTES);
        nanos.addAndGet(PipeGrowth.WITHIN_NANOS + 1);
        pass(PipeGrowth.TIMES - 1, PipeGrowth.MUCH_BYTES);
        assertThat(pipeBytes()).isEqualTo(smallBytes);

        pass(1, PipeGrowth.MUCH_BYTES);
        nanos.addAndGet(PipeGrowth.WITHIN_NANOS);
        pass(PipeGrowth.TIMES - 1, PipeGrowth.MUCH_BYTES);

        assertThat(pipeBytes()).isEqualTo(PipeGrowth.LARGE_BYTES);
    }

    @Test
    void waits_othersAreLarge_leavesThePipeUntilOneHasEnded() {
        allowed.drainPermits();
        pass(PipeGrowth.TIMES, PipeGrowth.MUCH_BYTES);
        assertThat(pipeBytes()).isEqualTo(smallBytes);

        allowed.release();
        pass(PipeGrowth.TIMES, PipeGrowth.MUCH_BYTES);

        assertThat(pipeBytes()).isEqualTo(PipeGrowth.LARGE_BYTES);
    }

    @Test
    void waits_kernelRefuses_leavesTheRoomToOthersAndIsNotTriedAgain() {
        AtomicInteger calls = new AtomicInteger();
        faulty.fail(
                "fcntl",
                arguments -> arguments[1].equals(Linux.F_SETPIPE_SZ) && calls.incrementAndGet() > 0,
                -Linux.EPERM);

        assertThat(pass(3 * PipeGrowth.TIMES, PipeGrowth.MUCH_BYTES)).isFalse();

        assertThat(calls).hasValue(1);
        assertThat(allowed.availablePermits()).isOne();
        growth.end();
        assertThat(allowed.availablePermits()).isOne();
    }

    @Test
    void waits_otherSideMadeItLargerItself_leavesIt() {
        int larger = 2 * PipeGrowth.LARGE_BYTES;
        faulty.fail("fcntl", arguments -> arguments[1].equals(Linux.F_GETPIPE_SZ), larger);

        assertThat(pass(PipeGrowth.TIMES, PipeGrowth.MUCH_BYTES)).isFalse();

        faulty.heal("fcntl");
        assertThat(pipeBytes()).isEqualTo(smallBytes);
        assertThat(allowed.availablePermits()).isOne();
    }

    @Test
    void end_ofALargePipe_leavesTheRoomToOthersOnce() {
        pass(PipeGrowth.TIMES, PipeGrowth.MUCH_BYTES);

        growth.end();
        growth.end();

        assertThat(allowed.availablePermits()).isOne();
    }

    /** Returns whether it grew in the end. */
    private boolean pass(int times, int bytes) {
        boolean hasGrown = false;
        for (int i = 0; i < times; i++) {
            growth.passed(bytes);
            hasGrown = growth.waits();
        }
        return hasGrown;
    }

    private int pipeBytes() {
        return libc.fcntl(pipe[1], Linux.F_GETPIPE_SZ, 0);
    }
}
