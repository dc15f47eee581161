// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import io.runflux.events.RuntimeEvent.Gap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Operators;

/**
 * One subscriber's place in the window. Whoever publishes, requests or closes has it woken; a worker then gives it a
 * turn, never two at once, so that the fields without synchronisation belong to one thread at a time.
 *
 * <p>The window is read at two places: {@code cursor} is the next event to deliver, {@code scanned} the next to count
 * as waiting. Between them lie {@code waiting} events that pass the filter, and these are what the buffer size bounds.
 * A gap that waits for demand always ends just before the cursor.
 */
final class EventSubscription implements Subscription {
    private static final long NO_GAP = 0;

    /** How many events it may go on by before others get their turn. */
    private static final int TURN = 256;

    private final CoreSubscriber<? super EventEnvelope> actual;
    private final SubscribeOptions options;
    private final EventWindow window;
    private final EventDelivery delivery;

    /** It does not begin asleep, so that nothing is delivered before {@link #start()}. */
    private final AtomicReference<Activity> activity = new AtomicReference<>(Activity.WOKEN);

    private final AtomicLong requested = new AtomicLong();
    private volatile boolean ended;

    private long delivered;
    private long cursor;
    private long scanned;
    private int waiting;
    private boolean isLive;
    private boolean hasBegun;
    private long gapFrom = NO_GAP;
    private Gap.Reason gapReason = Gap.Reason.NOT_KEPT;

    EventSubscription(
            CoreSubscriber<? super EventEnvelope> actual,
            SubscribeOptions options,
            EventWindow window,
            EventDelivery delivery) {
        this.actual = actual;
        this.options = options;
        this.window = window;
        this.delivery = delivery;
        takePlace();
    }

    private void takePlace() {
        long next = window.last() + 1;
        long from = options.fromSequence();
        isLive = from == 0;
        if (isOfAnotherEpoch(next)) {
            moveTo(1);
            skipTo(window.oldest(), Gap.Reason.EPOCH_CHANGED);
        } else {
            moveTo(isLive ? next : from);
        }
    }

    private boolean isOfAnotherEpoch(long next) {
        String epoch = options.epoch();
        return options.fromSequence() > next || (epoch != null && !epoch.equals(window.epoch()));
    }

    void start() {
        actual.onSubscribe(this);
        delivery.enqueue(this);
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            requested.accumulateAndGet(n, Operators::addCap);
            delivery.wake(this);
        }
    }

    @Override
    public void cancel() {
        ended = true;
        delivery.remove(this);
    }

    /** Whether whoever asks has to queue it for a turn; if not, it is queued already, or will look again by itself. */
    boolean wantsTurn() {
        return activity.getAndSet(Activity.WOKEN) == Activity.ASLEEP;
    }

    /** Returns whether it wants another turn. */
    boolean takeTurn() {
        activity.set(Activity.AT_WORK);
        boolean isThrough = deliver();
        boundWaiting();
        return !isThrough || !activity.compareAndSet(Activity.AT_WORK, Activity.ASLEEP);
    }

    void reject(RejectedExecutionException refused) {
        end(() -> actual.onError(refused));
    }

    private boolean deliver() {
        boolean goesOn = true;
        for (int left = TURN; goesOn && !ended && left > 0; left--) {
            goesOn = gapFrom == NO_GAP ? deliverNext() : deliverGap();
        }
        return !goesOn || ended;
    }

    private boolean deliverGap() {
        if (!hasDemand()) {
            return false;
        }
        widenGap();
        Gap gap = new Gap(gapFrom, cursor - 1, gapReason);
        gapFrom = NO_GAP;
        emit(window.gap(gap));
        return true;
    }

    /** What the window gave up while the gap waited belongs to the same gap. */
    private void widenGap() {
        EventEnvelope next = window.at(cursor);
        if (next != null && next.sequence() != cursor) {
            skipTo(window.oldest(), gapReason);
        }
    }

    /** Whether the stream was closed is read first: an event that is not there afterwards never comes. */
    private boolean deliverNext() {
        boolean isClosed = window.isClosed();
        EventEnvelope next = window.at(cursor);
        if (next == null) {
            isLive = true;
            if (isClosed) {
                end(actual::onComplete);
            }
            return false;
        }
        if (next.sequence() != cursor) {
            leaveWindow();
            return true;
        }
        return deliverIfWanted(next);
    }

    private boolean deliverIfWanted(EventEnvelope next) {
        boolean isWanted = isWanted(next);
        if (isWanted && !hasDemand()) {
            return false;
        }
        pass(isWanted);
        if (isWanted) {
            hasBegun = true;
            emit(next);
        }
        return true;
    }

    private void emit(EventEnvelope envelope) {
        delivered++;
        signal(() -> actual.onNext(envelope));
    }

    /** A subscriber that began in the past is spared what became of its first events before it could read one. */
    private void leaveWindow() {
        if (options.overflow() == OverflowPolicy.FAIL && (isLive || hasBegun)) {
            fail("subscriber fell out of the window of the stream");
        } else {
            skipTo(window.oldest(), Gap.Reason.NOT_KEPT);
        }
    }

    /** Events count as waiting only while there is no demand for them. */
    private void boundWaiting() {
        if (ended || !isLive || options.overflow() == OverflowPolicy.WAIT || hasDemand()) {
            return;
        }
        countWaiting();
        if (waiting <= options.bufferSize()) {
            return;
        }
        if (options.overflow() == OverflowPolicy.FAIL) {
            fail("subscriber let more than " + options.bufferSize() + " events wait");
        } else {
            dropOldest();
        }
    }

    private void countWaiting() {
        EventEnvelope next = window.at(scanned);
        while (next != null && next.sequence() == scanned) {
            if (isWanted(next)) {
                waiting++;
            }
            scanned++;
            next = window.at(scanned);
        }
    }

    /** Ends early if the window overtakes it, which the next delivery finds out by itself. */
    private void dropOldest() {
        openGap(Gap.Reason.OVERFLOW);
        EventEnvelope oldest = window.at(cursor);
        while (waiting > options.bufferSize() && oldest != null && oldest.sequence() == cursor) {
            pass(isWanted(oldest));
            oldest = window.at(cursor);
        }
    }

    private void pass(boolean isWanted) {
        if (cursor == scanned) {
            scanned++;
        } else if (isWanted) {
            waiting--;
        }
        cursor++;
    }

    private void skipTo(long next, Gap.Reason reason) {
        openGap(reason);
        moveTo(next);
    }

    private void openGap(Gap.Reason reason) {
        if (gapFrom == NO_GAP) {
            gapFrom = cursor;
            gapReason = reason;
        }
    }

    private void moveTo(long next) {
        cursor = next;
        scanned = next;
        waiting = 0;
    }

    private boolean isWanted(EventEnvelope envelope) {
        return options.filter().matches(envelope.event());
    }

    private boolean hasDemand() {
        return delivered < requested.get();
    }

    private void fail(String why) {
        long first = gapFrom == NO_GAP ? cursor : gapFrom;
        EventsLostException lost = new EventsLostException(why, window.epoch(), first, window.last());
        end(() -> actual.onError(lost));
    }

    private void end(Runnable lastSignal) {
        cancel();
        signal(lastSignal);
    }

    /** What a subscriber throws must reach neither the publisher nor another subscriber. */
    private void signal(Runnable signal) {
        try {
            signal.run();
        } catch (Throwable thrown) {
            Exceptions.throwIfJvmFatal(thrown);
            cancel();
            Operators.onErrorDropped(thrown, actual.currentContext());
        }
    }

    private enum Activity {
        ASLEEP,
        AT_WORK,
        /** Queued, or at work and to look once more. */
        WOKEN
    }
}
