// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PipeGrowthTest {
    private static final int F_GETPIPE_SZ = 1032;
    private static final int DEFAULT_BYTES = 64 * 1024;

    private final FaultyLibc faulty = new FaultyLibc();
    private final Libc libc = faulty.libc();
    private final int[] pipe = new int[2];
    private final Semaphore allowed = new Semaphore(1);
    private final AtomicLong nanos = new AtomicLong();
    private final PipeGrowth growth;

    PipeGrowthTest() {
        assertThat(libc.pipe2(pipe, Linux.O_CLOEXEC)).isZero();
        growth = new PipeGrowth(libc, pipe[0], allowed, nanos::get);
    }

    @AfterEach
    void closePipe() {
        libc.close(pipe[0]);
        libc.close(pipe[1]);
    }

    @Test
    void waits_afterMuchOftenEnough_makesThePipeLarge() {
        pass(PipeGrowth.TIMES - 1, PipeGrowth.MUCH_BYTES);
        assertThat(pipeBytes()).isEqualTo(DEFAULT_BYTES);

        pass(1, PipeGrowth.MUCH_BYTES);

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

        assertThat(pipeBytes()).isEqualTo(DEFAULT_BYTES);
    }

    @Test
    void waits_afterLittleInBetween_beginsToCountAnew() {
        pass(PipeGrowth.TIMES - 1, PipeGrowth.MUCH_BYTES);
        pass(1, 0);
        pass(PipeGrowth.TIMES - 1, PipeGrowth.MUCH_BYTES);
        assertThat(pipeBytes()).isEqualTo(DEFAULT_BYTES);

        pass(1, PipeGrowth.MUCH_BYTES);

        assertThat(pipeBytes()).isEqualTo(PipeGrowth.LARGE_BYTES);
    }

    @Test
    void waits_muchButSlowly_leavesThePipeUntilItIsFast() {
        pass(1, PipeGrowth.MUCH_BYTES);
        nanos.addAndGet(PipeGrowth.WITHIN_NANOS + 1);
        pass(PipeGrowth.TIMES - 1, PipeGrowth.MUCH_BYTES);
        assertThat(pipeBytes()).isEqualTo(DEFAULT_BYTES);

        pass(1, PipeGrowth.MUCH_BYTES);
        nanos.addAndGet(PipeGrowth.WITHIN_NANOS);
        pass(PipeGrowth.TIMES - 1, PipeGrowth.MUCH_BYTES);

        assertThat(pipeBytes()).isEqualTo(PipeGrowth.LARGE_BYTES);
    }

    @Test
    void waits_othersAreLarge_leavesThePipeUntilOneIsClosed() {
        allowed.drainPermits();
        pass(PipeGrowth.TIMES, PipeGrowth.MUCH_BYTES);
        assertThat(pipeBytes()).isEqualTo(DEFAULT_BYTES);

        allowed.release();
        pass(PipeGrowth.TIMES, PipeGrowth.MUCH_BYTES);

        assertThat(pipeBytes()).isEqualTo(PipeGrowth.LARGE_BYTES);
    }

    @Test
    void waits_kernelRefuses_leavesTheRoomToOthers() {
        faulty.fail("fcntl", arguments -> arguments[1].equals(Linux.F_SETPIPE_SZ), -Linux.EPERM);

        pass(PipeGrowth.TIMES, PipeGrowth.MUCH_BYTES);

        assertThat(allowed.availablePermits()).isOne();
        growth.closed();
        assertThat(allowed.availablePermits()).isOne();
    }

    @Test
    void closed_ofALargePipe_leavesTheRoomToOthers() {
        pass(PipeGrowth.TIMES, PipeGrowth.MUCH_BYTES);

        growth.closed();

        assertThat(allowed.availablePermits()).isOne();
    }

    private void pass(int times, int bytes) {
        for (int i = 0; i < times; i++) {
            growth.passed(bytes);
            growth.waits();
        }
    }

    private int pipeBytes() {
        return libc.fcntl(pipe[1], F_GETPIPE_SZ, 0);
    }
}
