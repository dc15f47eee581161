// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import reactor.core.publisher.SynchronousSink;

/** What a client sends, copied: a text, or bytes of a kind. */
record Message(int kind, byte[] bytes) {
    static final int TEXT = -1;

    /** Passes on what is a message, and drops what only shows that the client is there. */
    static void pass(WebSocketFrame frame, SynchronousSink<Message> sink) {
        if (frame instanceof TextWebSocketFrame) {
            sink.next(new Message(TEXT, ByteBufUtil.getBytes(frame.content())));
        } else if (frame instanceof BinaryWebSocketFrame) {
            ByteBuf content = frame.content();
            sink.next(
                    content.isReadable()
                            ? new Message(content.readUnsignedByte(), ByteBufUtil.getBytes(content))
                            : new Message(TEXT, new byte[0]));
        }
    }

    String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
