// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import reactor.core.publisher.SynchronousSink;

/** What a client sends, copied to the heap, so that nobody has to release it: a text, or bytes of a kind. */
record Message(int kind, ByteBuf content) {
    static final int TEXT = -1;

    /** Passes on what is a message, and drops what only shows that the client is there. */
    static void pass(WebSocketFrame frame, SynchronousSink<Message> sink) {
        if (frame instanceof TextWebSocketFrame) {
            sink.next(new Message(TEXT, Unpooled.copiedBuffer(frame.content())));
        } else if (frame instanceof BinaryWebSocketFrame) {
            ByteBuf content = frame.content();
            sink.next(
                    content.isReadable()
                            ? new Message(content.readUnsignedByte(), Unpooled.copiedBuffer(content))
                            : new Message(TEXT, Unpooled.EMPTY_BUFFER));
        }
    }

    String text() {
        return content.toString(StandardCharsets.UTF_8);
    }
}
