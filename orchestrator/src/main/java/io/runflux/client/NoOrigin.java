// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;

/** Takes the origin off requests, which Netty makes up for WebSockets: a program is no page of somewhere. */
@ChannelHandler.Sharable
final class NoOrigin extends ChannelOutboundHandlerAdapter {
    static final NoOrigin INSTANCE = new NoOrigin();

    private NoOrigin() {}

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        if (message instanceof HttpRequest request) {
            request.headers().remove(HttpHeaderNames.ORIGIN);
        }
        super.write(context, message, promise);
    }
}
