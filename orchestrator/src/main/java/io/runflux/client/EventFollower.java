// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.runflux.events.EventCursor;
import io.runflux.events.EventEnvelope;
import io.runflux.events.SubscribeOptions;
import io.runflux.events.TooManySubscribersException;
import io.runflux.wire.WirePaths;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * One subscriber's events from a server. When the connection is lost, it asks again for what follows the last one that
 * came, and so loses nothing and gets nothing twice; what the server does not have any more, it tells as a gap.
 */
final class EventFollower {
    private static final Logger log = LoggerFactory.getLogger(EventFollower.class);
    private static final Duration FIRST_DELAY = Duration.ofMillis(100);
    private static final Duration MAX_DELAY = Duration.ofSeconds(5);
    private static final Duration CLOCK_STEP = Duration.ofSeconds(1);
    private static final int MAX_DOUBLINGS = 6;
    private static final int UNAVAILABLE = 502;

    private final Http http;
    private final SubscribeOptions options;
    private final Duration limit;
    private final Mono<Void> end;
    private final Scheduler clock = Schedulers.parallel();
    private volatile @Nullable EventCursor place;
    private volatile Instant asked = Instant.MAX;
    private volatile boolean hasBegun;
    private final AtomicInteger failures = new AtomicInteger();
    private volatile long lostSince;

    private EventFollower(Http http, SubscribeOptions options, Duration limit, Mono<Void> end) {
        this.http = http;
        this.options = options;
        this.limit = limit;
        this.end = end;
        String epoch = options.epoch();
        place = epoch == null ? null : new EventCursor(epoch, options.fromSequence() - 1);
    }

    /** Follows events until an end; what has come until then is still read. */
    static Flux<EventEnvelope> follow(Http http, SubscribeOptions options, Duration limit, Mono<Void> end) {
        return Flux.defer(() -> new EventFollower(http, options, limit, end).follow());
    }

    private Flux<EventEnvelope> follow() {
        Flux<EventEnvelope> events = Flux.defer(this::connect)
                .retryWhen(Retry.from(lost -> lost.concatMap(signal -> againAfter(signal.failure()))))
                .takeUntilOther(end);
        return new EventBacklog(events, options, this::isNew);
    }

    /** Whether it was published after the server was asked, by its own clock, which tells whole seconds. */
    private boolean isNew(EventEnvelope event) {
        return event.time().isAfter(asked.plus(CLOCK_STEP));
    }

    private Flux<EventEnvelope> connect() {
        return http.lines(WirePaths.EVENTS + query(), this::begin)
                .handle(EventFollower::read)
                .doOnNext(event -> place = event.cursor())
                .concatWith(Mono.error(
                        () -> new ServerUnavailableException("the server has ended the events", false, null)));
    }

    /** Where the server is tells where a subscriber is that began with the next event, and has had none yet. */
    private void begin(HttpHeaders headers) {
        String told = headers.get(WirePaths.CURSOR_HEADER);
        Long date = headers.getTimeMillis(HttpHeaderNames.DATE);
        asked = date == null ? Instant.now() : Instant.ofEpochMilli(date);
        if (place == null && options.fromSequence() == 0) {
            place = told == null ? null : Answers.cursor(told);
        }
        hasBegun = true;
        failures.set(0);
        lostSince = 0;
    }

    private static void read(String line, SynchronousSink<EventEnvelope> sink) {
        EventEnvelope event = Answers.event(line);
        if (event != null) {
            sink.next(event);
        }
    }

    private String query() {
        List<String> fields = new ArrayList<>();
        options.filter().topics().forEach(topic -> fields.add("topic=" + encode(topic)));
        options.filter().containerIds().forEach(id -> fields.add("container=" + encode(id.value())));
        EventCursor after = place;
        if (after != null) {
            fields.add("after=" + encode(after.toString()));
        } else if (options.fromSequence() > 0) {
            fields.add("from=" + options.fromSequence());
        }
        return fields.isEmpty() ? "" : "?" + String.join("&", fields);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Who could not begin is told why. */
    private Mono<Long> againAfter(Throwable error) {
        if (!hasBegun || !isPassing(error) || isLostForGood()) {
            return Mono.error(error);
        }
        Duration delay = delay(failures.getAndIncrement());
        log.debug("events are asked for again in {}: {}", delay, error.getMessage());
        return Mono.delay(delay, clock);
    }

    private static boolean isPassing(Throwable error) {
        return error instanceof ServerUnavailableException
                || error instanceof TooManySubscribersException
                || (error instanceof ServerProblemException problem && problem.status() >= UNAVAILABLE);
    }

    private boolean isLostForGood() {
        long now = clock.now(TimeUnit.MILLISECONDS);
        if (lostSince == 0) {
            lostSince = now;
        }
        return now - lostSince >= limit.toMillis();
    }

    /** Doubled each time, and shorter by up to a half, so that not all come back at once. */
    private static Duration delay(int failures) {
        long doubled = FIRST_DELAY.toMillis() << Math.min(failures, MAX_DOUBLINGS);
        long most = Math.min(doubled, MAX_DELAY.toMillis());
        return Duration.ofMillis(most - ThreadLocalRandom.current().nextLong(most / 2));
    }
}
