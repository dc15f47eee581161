// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.test.util.RaceTestUtils;

class HandOverTest {
    private static final int RACES = 2_000;

    @Test
    void request_notYetMade_beginsNothing() {
        Recorder recorder = new Recorder(0);
        Attempt attempt = recorder.subscribe();

        assertThat(attempt.starts).hasValue(0);
        recorder.request(1);
        recorder.request(1);
        assertThat(attempt.starts).hasValue(1);
    }

    @Test
    void deliver_afterCancel_discards() {
        Recorder recorder = new Recorder(1);
        Attempt attempt = recorder.subscribe();

        recorder.cancel();
        attempt.deliver("made in vain");

        assertThat(recorder.received).hasValue(0);
        assertThat(attempt.discards).hasValue(1);
    }

    @Test
    void cancel_afterDelivery_discardsNothing() {
        Recorder recorder = new Recorder(1);
        Attempt attempt = recorder.subscribe();

        attempt.deliver("wanted");
        recorder.cancel();

        assertThat(recorder.received).hasValue(1);
        assertThat(attempt.discards).hasValue(0);
    }

    @Test
    void deliver_racingWithCancel_givesTheValueToExactlyOneSide() {
        for (int i = 0; i < RACES; i++) {
            Recorder recorder = new Recorder(1);
            Attempt attempt = recorder.subscribe();

            RaceTestUtils.race(() -> attempt.deliver("value"), recorder::cancelUpstream);

            assertThat(recorder.received.get() + attempt.discards.get()).isEqualTo(1);
        }
    }

    private static final class Attempt extends HandOver<String> {
        private final AtomicInteger starts = new AtomicInteger();
        private final AtomicInteger discards = new AtomicInteger();

        Attempt(CoreSubscriber<? super String> subscriber) {
            super(subscriber);
        }

        @Override
        void start() {
            starts.incrementAndGet();
        }

        @Override
        void discard(String value) {
            discards.incrementAndGet();
        }
    }

    private static final class Recorder extends BaseSubscriber<String> {
        private final AtomicInteger received = new AtomicInteger();
        private final int demand;

        Recorder(int demand) {
            this.demand = demand;
        }

        Attempt subscribe() {
            Attempt attempt = new Attempt(this);
            onSubscribe(attempt);
            return attempt;
        }

        void cancelUpstream() {
            upstream().cancel();
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            if (demand > 0) {
                request(demand);
            }
        }

        @Override
        protected void hookOnNext(String value) {
            received.incrementAndGet();
        }
    }
}
