// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.runflux.metrics.MeterRecorder;
import io.runflux.metrics.PrometheusMeters;
import io.runflux.metrics.RunfluxMeter;
import io.runflux.wire.Problem;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.SignalType;

/** What a server counts. What clients make up, paths and methods, becomes no tag. */
final class ServerMeters {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final String GONE = "gone";
    private static final int SWITCHING = 101;

    private final MeterRecorder recorder;
    private final AtomicInteger active = new AtomicInteger();
    private final Disposable.Composite watches = Disposables.composite();

    ServerMeters(MeterRecorder recorder) {
        this.recorder = recorder.guarded();
    }

    /** Until {@link #end()}. */
    void watch(LongSupplier streams, LongSupplier connections) {
        watches.add(recorder.watch(RunfluxMeter.SERVER_ACTIVE, active::get));
        watches.add(recorder.watch(RunfluxMeter.SERVER_STREAMS, streams));
        watches.add(recorder.watch(RunfluxMeter.SERVER_CONNECTIONS, connections));
    }

    void end() {
        watches.dispose();
    }

    /** Counts what was refused before anybody did anything for it. */
    void refused(Problem problem) {
        String kind = problem.type().substring(problem.type().lastIndexOf(':') + 1);
        recorder.count(RunfluxMeter.SERVER_REFUSALS, 1, kind.replace('-', '_'));
    }

    void refusedConnection() {
        recorder.count(RunfluxMeter.SERVER_REFUSALS, 1, "too_many_connections");
    }

    Timing begin(String method) {
        active.incrementAndGet();
        return new Timing(METHODS.contains(method) ? method : PrometheusMeters.OTHER);
    }

    /** One request. */
    final class Timing {
        private final String method;
        private final long begun = System.nanoTime();
        private String route = "none";
        private boolean isUpgrade;

        Timing(String method) {
            this.method = method;
        }

        void found(Route match, boolean upgrade) {
            route = match.template();
            isUpgrade = upgrade && match.isSocket();
        }

        void end(SignalType signal, int status) {
            active.decrementAndGet();
            int code = isUpgrade && status == 200 ? SWITCHING : status;
            String outcome = signal == SignalType.CANCEL ? GONE : code / 100 + "xx";
            recorder.time(RunfluxMeter.SERVER_REQUEST, System.nanoTime() - begun, route, method, outcome);
        }
    }
}
