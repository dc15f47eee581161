// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Notices that the machine of a client has gone: in silence by the kernel's keepalive, and while something is on the
 * way to it by what it has left without an answer. The kernel's own limit of that ({@code TCP_USER_TIMEOUT}) is not
 * used, since it takes for gone who does not read. Such a client answers the kernel's probes, and is waited for.
 */
record Presence(EpollSocketChannel channel, Duration limit) implements Runnable {
    static final Duration LIMIT = Duration.ofSeconds(30);

    private static final int PROBES = 3;

    static void watch(Channel channel, Duration limit) {
        channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        if (channel instanceof EpollSocketChannel socket) {
            new Presence(socket, limit).begin();
        }
    }

    private void begin() {
        int seconds = Math.toIntExact(limit.toSeconds());
        channel.config().setOption(EpollChannelOption.TCP_KEEPIDLE, seconds);
        channel.config().setOption(EpollChannelOption.TCP_KEEPINTVL, Math.max(1, seconds / PROBES));
        channel.config().setOption(EpollChannelOption.TCP_KEEPCNT, PROBES);
        long pause = limit.toMillis() / 2;
        Future<?> checks = channel.eventLoop().scheduleAtFixedRate(this, pause, pause, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> checks.cancel(false));
    }

    @Override
    public void run() {
        EpollTcpInfo now = channel.tcpInfo();
        if (isUnanswered(now) && now.lastAckRecv() > limit.toMillis()) {
            Future<?> unused = channel.close();
        }
    }

    /** What was sent was sent again, or was not even asked for. One probe may be on its way. */
    private static boolean isUnanswered(EpollTcpInfo now) {
        return now.retransmits() > 0 || now.probes() > 1;
    }
}
