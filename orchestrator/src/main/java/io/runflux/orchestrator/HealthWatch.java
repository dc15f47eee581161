// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Waits, probes, and waits again. Each report begins the next wait. */
final class HealthWatch {
    /** How much longer than its limit a probe may take to put away what it has begun. */
    static final Duration OVERRUN = Duration.ofSeconds(10);

    private final HealthCheck check;
    private final HealthProbe probe;
    private final LongSupplier nanoTime;

    HealthWatch(HealthCheck check, HealthProbe probe, LongSupplier nanoTime) {
        this.check = check;
        this.probe = probe;
        this.nanoTime = nanoTime;
    }

    Flux<HealthReport> reports() {
        return reports(Flux.just(true));
    }

    /** While it says no, nothing is probed and no wait goes on; what is under way then is cancelled. */
    Flux<HealthReport> reports(Flux<Boolean> isAwake) {
        return Flux.defer(() -> reportsFrom(nanoTime.getAsLong(), isAwake)).onBackpressureLatest();
    }

    private Flux<HealthReport> reportsFrom(long start, Flux<Boolean> isAwake) {
        AtomicReference<HealthReport> last = new AtomicReference<>(HealthReport.starting());
        return isAwake.distinctUntilChanged()
                .switchMap(awake -> awake ? reportsAfter(Objects.requireNonNull(last.get()), start) : Flux.never())
                .doOnNext(last::set)
                .startWith(HealthReport.starting());
    }

    private Flux<HealthReport> reportsAfter(HealthReport last, long start) {
        return next(last, start).expand(report -> next(report, start));
    }

    private Mono<HealthReport> next(HealthReport last, long start) {
        return Mono.defer(() -> Mono.delay(check.nextWait(last.status(), since(start))))
                .flatMap(tick -> probeAfter(last, start));
    }

    private Mono<HealthReport> probeAfter(HealthReport last, long start) {
        boolean isForgiven = check.isForgiven(last.status(), since(start));
        return runProbe().map(result -> last.after(result, isForgiven, check.retries()));
    }

    private Mono<ProbeResult> runProbe() {
        Duration limit = check.timeout();
        return Mono.defer(() -> probe.check(limit))
                .switchIfEmpty(Mono.fromSupplier(() -> ProbeResult.failed("the probe gave no result")))
                .timeout(limit.plus(OVERRUN), Mono.fromSupplier(() -> CutOff.after(limit)))
                .onErrorResume(error -> Mono.just(ProbeResult.failed(textOf(error))));
    }

    private Duration since(long start) {
        return Duration.ofNanos(nanoTime.getAsLong() - start);
    }

    private static String textOf(Throwable error) {
        return Objects.requireNonNullElseGet(error.getMessage(), error::toString);
    }
}
