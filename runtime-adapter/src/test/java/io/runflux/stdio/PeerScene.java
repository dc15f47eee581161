// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import io.netty.buffer.ByteBuf;
import io.runflux.process.InboundStream;
import io.runflux.process.StreamAddress;
import io.runflux.process.StreamDialer;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

/** Real FIFOs and unix sockets, and who is at their other ends. */
final class PeerScene {
    private PeerScene() {}

    static Path fifo(Path path) throws IOException, InterruptedException {
        new ProcessBuilder("mkfifo", path.toString()).inheritIO().start().waitFor();
        return path;
    }

    static InboundStream reader(Path fifo) {
        return Objects.requireNonNull(
                StreamDialer.shared().openToRead(StreamAddress.fifo(fifo)).block(LogScene.TIMEOUT));
    }

    static String readAll(InboundStream stream) {
        return Objects.requireNonNull(stream.bytes()
                .map(buffer -> buffer.toString(StandardCharsets.UTF_8))
                .reduce("", String::concat)
                .block(LogScene.TIMEOUT));
    }

    static ServerSocketChannel listen(Path path) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path));
    }

    static String read(SocketChannel peer, int bytes) throws IOException {
        return new String(Channels.newInputStream(peer).readNBytes(bytes), StandardCharsets.UTF_8);
    }

    static String text(ByteBuf buffer) {
        return buffer.toString(StandardCharsets.UTF_8);
    }
}
