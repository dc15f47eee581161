// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import io.runflux.process.InboundStream;
import io.runflux.process.OutboundStream;
import io.runflux.process.PeerUnavailableException;
import io.runflux.process.PeerUnavailableException.Reason;
import io.runflux.process.ProcessException;
import io.runflux.process.StreamAddress;
import io.runflux.process.StreamDialer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;

/** Who is at the other end of a FIFO or unix socket. */
final class Peer {
    private final StdioUri uri;
    private final List<Path> allowedRoots;

    Peer(StdioUri uri, UpstreamOptions options) {
        this.uri = uri;
        allowedRoots = options.allowedRoots();
    }

    /** Looks for a successor of a peer that has gone. */
    Redial redial() {
        return redial(Redial.GONE);
    }

    private Redial redial(Duration longestWait) {
        Duration timeout = PeerOptions.of(uri.parameters()).retryTimeout();
        return new Redial(uri.toString(), timeout, longestWait, System::nanoTime);
    }

    /** Opens it for the first time; waits for the one who will read from a FIFO, but not for what is not there. */
    Mono<OutboundStream> openToWrite() {
        return redial(Redial.NOT_YET).open(Peer::hasNoReader, dial()).onErrorMap(this::toOpenException);
    }

    /** Dials once. */
    Mono<OutboundStream> dial() {
        return Mono.defer(() -> StreamDialer.shared().openToWrite(address()));
    }

    Mono<InboundStream> openToRead() {
        return Mono.defer(() -> StreamDialer.shared().openToRead(address())).onErrorMap(this::toOpenException);
    }

    private static boolean hasNoReader(Throwable error) {
        return error instanceof PeerUnavailableException unavailable && unavailable.reason() == Reason.NO_READER;
    }

    private StreamAddress address() {
        Path path = uri.requirePath();
        Path parent = path.getParent();
        if (parent == null || allowedRoots.stream().noneMatch(parent::startsWith)) {
            throw new ProcessException(
                    "'" + path + "' is below none of the allowed roots, which are " + allowedRoots, null);
        }
        return uri.scheme() == StdioUri.Scheme.FIFO ? StreamAddress.fifo(path) : StreamAddress.socket(path);
    }

    private UpstreamException toOpenException(Throwable error) {
        return new UpstreamException("cannot open " + uri + ": " + Failures.why(error), error);
    }
}
