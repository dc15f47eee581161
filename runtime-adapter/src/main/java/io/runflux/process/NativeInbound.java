// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;

/** The reading end of a stream to somebody else. */
final class NativeInbound implements InboundStream {
    private final PipeReader reader;

    private NativeInbound(PipeReader reader) {
        this.reader = reader;
    }

    /** Takes over a descriptor, on the loop; if this fails, it is closed. */
    static NativeInbound attach(Endpoint endpoint, String name) {
        PipeReader reader = new PipeReader(endpoint, name, false, PipeGrowth.none(endpoint), () -> {});
        try {
            reader.register(EpollHandle.IN);
        } catch (RuntimeException | Error e) {
            reader.close();
            throw e;
        }
        return new NativeInbound(reader);
    }

    @Override
    public ByteBufFlux bytes() {
        return reader.flux();
    }

    @Override
    public Mono<Void> release() {
        return reader.onLoop(reader::close).onErrorComplete(LoopEndedException.class);
    }

    /** On the loop, or after its end. */
    void close() {
        reader.close();
    }
}
