// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.runflux.wire.ProblemKind;
import io.runflux.wire.RefusedException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Looks at where a request comes from, before anything else.
 *
 * <p>A page of somewhere else that has its name lead to this machine (DNS rebinding) names itself in {@code Host}; one
 * that simply asks names itself in {@code Origin}, and so does one that opens a WebSocket, which the rules of browsers
 * do not cover. Programs have no origin, or name the server itself, which serves no page.
 */
final class Gate {
    private final Set<String> hosts;
    private final Set<String> origins;
    private final byte @Nullable [] token;

    Gate(Set<String> hosts, Set<String> origins, @Nullable String token) {
        this.hosts = hosts;
        this.origins = origins;
        this.token = token == null ? null : hash(token);
    }

    /** Fails with what is wrong. */
    void checkOrigin(HttpServerRequest request, Target target) {
        List<String> named = request.requestHeaders().getAll(HttpHeaderNames.HOST);
        Authority host = checkHost(named, target, request.hostAddress());
        for (String origin : request.requestHeaders().getAll(HttpHeaderNames.ORIGIN)) {
            if (!origins.contains(origin) && !host.isOrigin(origin)) {
                throw new RefusedException(
                        ProblemKind.FORBIDDEN_ORIGIN, "pages of this origin may not ask, see the server's origins");
            }
        }
    }

    /** A target that names somebody counts instead of the header, which must be there nevertheless. */
    private Authority checkHost(List<String> named, Target target, @Nullable InetSocketAddress bound) {
        String whom = target.authority() == null && named.size() == 1 ? named.get(0) : target.authority();
        Authority authority = whom == null || named.size() != 1 ? null : Authority.parse(whom);
        if (authority == null) {
            throw new IllegalArgumentException("there must be one Host header, with a name and perhaps a port");
        }
        boolean isKnown =
                authority.host().equals("localhost") || authority.isNumber() || hosts.contains(authority.host());
        boolean isHere = bound == null || authority.port() < 0 || authority.port() == bound.getPort();
        if (!isKnown || !isHere) {
            throw new RefusedException(ProblemKind.MISDIRECTED, "the Host of the request is not this server");
        }
        return authority;
    }

    /** Tells whether the request has the token, if there is one. Takes as long for any. */
    boolean hasToken(HttpServerRequest request) {
        if (token == null) {
            return true;
        }
        List<String> given = request.requestHeaders().getAll(HttpHeaderNames.AUTHORIZATION);
        String shown = given.size() == 1 && given.get(0).regionMatches(true, 0, "Bearer ", 0, 7)
                ? given.get(0).substring(7).strip()
                : "";
        return MessageDigest.isEqual(hash(shown), token);
    }

    /** Of all tokens the same length. */
    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
