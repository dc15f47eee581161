// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.metrics.MeterRecorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A pool on a fake runtime, with a virtual clock for both. */
final class WarmPoolScene implements AutoCloseable {
    static final ResourceOwner OWNER = new ResourceOwner(100, 200, "pid:[1]", "boot");

    private final VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
    private final Scene scene = new Scene();
    private final AtomicInteger peak = new AtomicInteger();

    WarmPoolScene() {
        scene.runtime()
                .lookingAtBundle(bundle -> peak.accumulateAndGet(containers().size() + 1, Math::max));
    }

    WarmPool pool(WarmPoolOptions options) {
        WarmIds ids = new WarmIds("web", Mono.just(OWNER));
        PoolMeters none = new PoolMeters("web", MeterRecorder.noOp());
        return new DefaultWarmPool(
                new WarmTemplate(scene.orchestrator(), ids, id -> LaunchRequest.bundle(id, Scene.BUNDLE), none),
                options,
                none);
    }

    /** One that is full. */
    WarmPool warm(WarmPoolOptions options) {
        WarmPool pool = pool(options);
        pool.warmUp().block(Scene.AT_ONCE);
        return pool;
    }

    static WarmPoolOptions ready(int count) {
        return WarmPoolOptions.of(count);
    }

    static WarmPoolOptions ready(int count, int maxBorrowed, int maxWaiting) {
        return ready(count)
                .withBorrowers(new WarmPoolOptions.Borrowers(maxBorrowed, maxWaiting, Duration.ofSeconds(30)));
    }

    FakeOciRuntime runtime() {
        return scene.runtime();
    }

    EmbeddedOrchestrator orchestrator() {
        return scene.orchestrator();
    }

    /** The ids of all that the runtime knows. */
    List<String> containers() {
        return new ArrayList<>(scene.runtime()
                .list()
                .map(state -> state.id())
                .sort()
                .collectList()
                .blockOptional()
                .orElseThrow());
    }

    boolean has(ContainerId id) {
        return scene.runtime().has(id);
    }

    /** How many containers there were at most. */
    int peak() {
        return peak.get();
    }

    long calls(String name) {
        return scene.log().stream().filter(name::equals).count();
    }

    /** The calls that change something, in their order. */
    List<String> log() {
        return scene.log().stream()
                .filter(line -> line.equals("create") || line.equals("start") || line.startsWith("delete"))
                .toList();
    }

    void advance(Duration duration) {
        time.advanceTimeBy(duration);
    }

    @Override
    public void close() {
        scene.close();
        VirtualTimeScheduler.reset();
    }
}
