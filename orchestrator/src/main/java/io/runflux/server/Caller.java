// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.PeerCredentials;
import io.netty.handler.ssl.SslHandler;
import io.runflux.events.ContainerId;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.regex.Pattern;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who asks, as the kernel or a certificate tells, and the line that says what for. */
final class Caller {
    /** Has a name of its own, so that its lines can be sent elsewhere. */
    private static final Logger audit = LoggerFactory.getLogger("io.runflux.audit");

    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

    private Caller() {}

    /** Tells that somebody enters, signals or runs something; never the arguments or the environment. */
    static void audit(Exchange exchange, ContainerId id) {
        exchange.request()
                .withConnection(connection ->
                        audit.info("{} {} by {}", exchange.route().name(), id, describe(connection.channel())));
    }

    /** Tells that somebody changes something that is no container's. */
    static void audit(Exchange exchange) {
        exchange.request()
                .withConnection(
                        connection -> audit.info("{} by {}", exchange.route().name(), describe(connection.channel())));
    }

    private static String describe(Channel channel) {
        if (channel instanceof EpollDomainSocketChannel socket) {
            return describe(socket);
        }
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        return channel.remoteAddress() + (tls == null ? "" : certified(tls));
    }

    private static String describe(EpollDomainSocketChannel socket) {
        try {
            PeerCredentials peer = socket.peerCredentials();
            return "uid " + peer.uid() + " pid " + peer.pid();
        } catch (IOException gone) {
            return "somebody who has gone";
        }
    }

    private static String certified(SslHandler tls) {
        try {
            return tls.engine().getSession().getPeerCertificates()[0] instanceof X509Certificate certificate
                    ? " " + printable(certificate.getSubjectX500Principal().getName())
                    : "";
        } catch (SSLPeerUnverifiedException none) {
            return "";
        }
    }

    /** Who writes what is logged must not begin another line, turn one around, or speak to a terminal. */
    static String printable(@Nullable String text) {
        return UNPRINTABLE.matcher(String.valueOf(text)).replaceAll("?");
    }

    /** Tells whether the kernel says that this is root or this user. */
    static boolean isAllowed(EpollDomainSocketChannel socket, int ownUser) {
        try {
            int user = socket.peerCredentials().uid();
            return user == 0 || user == ownUser;
        } catch (IOException gone) {
            return false;
        }
    }
}
