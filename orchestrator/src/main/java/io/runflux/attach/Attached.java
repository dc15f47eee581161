// SPDX-License-Identifier: Apache-2.0
package io.runflux.attach;

import io.netty.buffer.ByteBuf;
import io.runflux.events.ExitStatus;
import io.runflux.process.TerminalSize;
import io.runflux.runtime.ContainerProcess;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** All who are attached to one container. */
final class Attached {
    private static final int MAX_PEERS = 64;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final boolean hasTerminal;
    private final boolean takesInput;
    private final int user;
    private final Set<Peer> peers = ConcurrentHashMap.newKeySet();
    /** At most one for each peer, and emitted to under a lock. */
    private final Sinks.Many<Flux<ByteBuf>> inputs = Sinks.many().unicast().onBackpressureBuffer();

    private final Sinks.Many<TerminalSize> sizes = Sinks.many().multicast().directBestEffort();
    private final Object lock = new Object();
    private volatile @Nullable ContainerProcess process;
    private boolean isOver;

    Attached(boolean hasTerminal, boolean takesInput, int user) {
        this.hasTerminal = hasTerminal;
        this.takesInput = takesInput;
        this.user = user;
    }

    boolean hasTerminal() {
        return hasTerminal;
    }

    boolean takesInput() {
        return takesInput;
    }

    boolean isAllowed(int uid) {
        return uid == 0 || uid == user;
    }

    /**
     * Returns why not, or null. To be called on the event loop of the peer: output that comes from then on is sent
     * there behind the greeting, and none is missed by who has read it.
     */
    @Nullable
    String add(Peer peer) {
        synchronized (lock) {
            if (isOver) {
                return "the container has ended";
            }
            if (peers.size() == MAX_PEERS) {
                return MAX_PEERS + " are attached already";
            }
            peers.add(peer);
            peer.greet();
            if (takesInput) {
                inputs.tryEmitNext(peer.input());
            }
            return null;
        }
    }

    void remove(Peer peer) {
        peers.remove(peer);
    }

    void hold(ContainerProcess held) {
        process = held;
    }

    void output(int type, ByteBuf bytes) {
        for (Peer peer : peers) {
            peer.send(type, bytes);
        }
    }

    /** What all of them give, in the order in which it comes. */
    Flux<ByteBuf> input() {
        return inputs.asFlux().flatMap(input -> input, MAX_PEERS, 1);
    }

    void resize(TerminalSize size) {
        synchronized (lock) {
            sizes.tryEmitNext(size);
        }
    }

    Flux<TerminalSize> sizes() {
        return sizes.asFlux().onBackpressureLatest();
    }

    /** Tells the end to all, if it is known, and ends the connections. */
    Mono<Void> end() {
        return Mono.defer(this::endNow);
    }

    private Mono<Void> endNow() {
        synchronized (lock) {
            isOver = true;
        }
        return exit().doOnNext(status -> peers.forEach(peer -> peer.end(status)))
                .thenMany(Flux.defer(() -> Flux.fromIterable(List.copyOf(peers))))
                .flatMap(Peer::close, MAX_PEERS)
                .then()
                .timeout(CLOSE_LIMIT, Mono.fromRunnable(() -> peers.forEach(Peer::cut)));
    }

    private Mono<ExitStatus> exit() {
        ContainerProcess held = process;
        return held == null || peers.isEmpty()
                ? Mono.empty()
                : held.exit().timeout(CLOSE_LIMIT.dividedBy(2)).onErrorComplete();
    }
}
