// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.netty.buffer.ByteBuf;
import io.runflux.events.ContainerId;
import io.runflux.orchestrator.ContainerStreams;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.runtime.ContainerProcess;
import io.runflux.runtime.ContainerStdio;
import io.runflux.wire.ExecBody;
import io.runflux.wire.ExecOutput;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import reactor.core.publisher.Mono;

/** A process whose output is the answer: of both streams the beginning is kept, and the rest read and dropped. */
final class CapturedExec implements ContainerStreams {
    private static final int MAX_BYTES = 1 << 20;

    private final ContainerId id;
    private final ExecBody body;
    private final Capture stdout = new Capture();
    private final Capture stderr = new Capture();

    CapturedExec(ContainerId id, ExecBody body) {
        this.id = id;
        this.body = body;
        if (!body.streams().toStdio().equals(ContainerStdio.nullDevice())) {
            throw new IllegalArgumentException(
                    "field 'streams': input and a terminal are for the WebSocket, and output is always captured");
        }
    }

    Mono<ExecOutput> run(Orchestrator orchestrator) {
        return orchestrator
                .exec(body.toRequest(id, this))
                .map(report -> new ExecOutput(
                        report.status(), stdout.text(), stderr.text(), stdout.isTruncated() || stderr.isTruncated()));
    }

    @Override
    public ContainerStdio stdio() {
        return ContainerStdio.outputPipes();
    }

    @Override
    public Mono<Void> relay(ContainerProcess process) {
        return Mono.when(
                process.stdout().doOnNext(stdout::add).then(),
                process.stderr().doOnNext(stderr::add).then());
    }

    /** Written on the process's loop, and read when it has ended. */
    private static final class Capture {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private boolean isTruncated;

        synchronized void add(ByteBuf more) {
            int count = Math.min(more.readableBytes(), MAX_BYTES - bytes.size());
            byte[] copy = new byte[count];
            more.getBytes(more.readerIndex(), copy);
            bytes.writeBytes(copy);
            isTruncated |= count < more.readableBytes();
        }

        synchronized String text() {
            return Base64.getEncoder().encodeToString(bytes.toByteArray());
        }

        synchronized boolean isTruncated() {
            return isTruncated;
        }
    }
}
