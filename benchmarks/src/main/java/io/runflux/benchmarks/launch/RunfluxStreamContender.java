// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import io.runflux.process.RunningProcess;
import io.runflux.process.Stdio;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Streaming by Runflux. */
final class RunfluxStreamContender implements StreamContender {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final String NAME = "Runflux";

    private final ProcessLauncher launcher = ProcessLauncher.create();
    private final Child child;

    RunfluxStreamContender(Child child) {
        this.child = child;
    }

    @Override
    public void readAll() {
        ProcessSpec spec =
                ProcessSpec.program(child.program()).stdout(Stdio.pipe()).build();
        launcher.using(spec, this::read).blockLast(TIMEOUT);
    }

    private Mono<Void> read(RunningProcess process) {
        Mono<Long> bytes = process.stdout().reduce(0L, (sum, buffer) -> sum + buffer.readableBytes());
        return bytes.flatMap(read -> process.exit()
                .doOnNext(status -> child.check(NAME, status.code(), read))
                .then());
    }

    @Override
    public void writeAll(long bytes) {
        ProcessSpec spec =
                ProcessSpec.program(child.program()).stdin(Stdio.pipe()).build();
        launcher.using(spec, process -> write(process, bytes)).blockLast(TIMEOUT);
    }

    private Mono<Void> write(RunningProcess process, long bytes) {
        ByteBuf piece = Unpooled.directBuffer(PIECE_BYTES).writeZero(PIECE_BYTES);
        Flux<ByteBuf> input = Flux.range(0, (int) (bytes / PIECE_BYTES)).map(i -> piece.retainedDuplicate());
        return process.send(input)
                .then(process.exit())
                .doOnNext(status -> child.check(NAME, status.code(), 0))
                .doFinally(end -> piece.release())
                .then();
    }

    @Override
    public void close() {
        launcher.disposeLater(Duration.ZERO).block(TIMEOUT);
    }
}
