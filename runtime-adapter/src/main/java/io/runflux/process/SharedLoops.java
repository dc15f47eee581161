// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.netty.channel.IoEventLoop;
import reactor.netty.tcp.TcpResources;

/** Event loops for what has no launcher: those of Reactor Netty as they are now, for they can be replaced. */
final class SharedLoops {
    private SharedLoops() {}

    static IoEventLoop next() {
        EventLoops current = EventLoops.ifEpoll(TcpResources.get());
        return (current == null ? Own.LOOPS : current).next();
    }

    /** Made when it is first needed, and never ended. */
    private static final class Own {
        private static final EventLoops LOOPS = EventLoops.own();
    }
}
