// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import reactor.netty.http.logging.HttpMessageArgProvider;
import reactor.netty.http.logging.HttpMessageLogFactory;

/**
 * What Reactor Netty says in its log of what it cannot decode: in one line, and without a word of the client's. Its own
 * form begins a line with the method that was sent.
 */
enum DecodingLog implements HttpMessageLogFactory {
    INSTANCE;

    private static String describe(HttpMessageArgProvider message) {
        try {
            Throwable cause = message.decoderResult().cause();
            return message.httpMessageType()
                    + (cause == null ? "" : " " + cause.getClass().getSimpleName());
        } catch (UnsupportedOperationException withoutResult) {
            return message.httpMessageType().toString();
        }
    }

    @Override
    public String trace(HttpMessageArgProvider message) {
        return describe(message);
    }

    @Override
    public String debug(HttpMessageArgProvider message) {
        return describe(message);
    }

    @Override
    public String info(HttpMessageArgProvider message) {
        return describe(message);
    }

    @Override
    public String warn(HttpMessageArgProvider message) {
        return describe(message);
    }

    @Override
    public String error(HttpMessageArgProvider message) {
        return describe(message);
    }
}
