// SPDX-License-Identifier: Apache-2.0
package io.runflux.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is.
 *
 * @param scheme how it is reached
 * @param place the path of the socket, or the name or the address of the host
 * @param port the port, or 0 for a socket
 */
record ServerAddress(Scheme scheme, String place, int port) {
    private static final String FORMS = "unix:///PATH, http://HOST:PORT or https://HOST:PORT";
    private static final int MAX_PATH_BYTES = 107;
    private static final int MAX_PORT = 65_535;

    enum Scheme {
        UNIX,
        HTTP,
        HTTPS
    }

    static ServerAddress parse(String text) {
        try {
            return of(new URI(Objects.requireNonNull(text, "address")));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("address must be " + FORMS + ", was no URI: " + e.getReason());
        }
    }

    /** What is refused may have a password in it. */
    private static ServerAddress of(URI uri) {
        if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "address must be " + FORMS + ", and have no user, no query and no fragment");
        }
        return switch (Objects.requireNonNullElse(uri.getScheme(), "")) {
            case "unix" -> socket(uri);
            case "http" -> host(Scheme.HTTP, uri, 80);
            case "https" -> host(Scheme.HTTPS, uri, 443);
            default -> throw new IllegalArgumentException("address must be " + FORMS + given(uri));
        };
    }

    private static ServerAddress socket(URI uri) {
        String path = uri.getPath();
        if (uri.getRawAuthority() != null || path == null || !path.startsWith("/") || path.length() < 2) {
            throw new IllegalArgumentException(
                    "the path of a socket must be absolute, as in unix:///PATH, was '" + uri + "'");
        }
        if (path.getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES || path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the path of a socket must have at most " + MAX_PATH_BYTES
                    + " bytes and no NUL, was '" + uri + "'");
        }
        return new ServerAddress(Scheme.UNIX, path, 0);
    }

    private static ServerAddress host(Scheme scheme, URI uri, int defaultPort) {
        String host = uri.getHost();
        String path = Objects.requireNonNullElse(uri.getRawPath(), "");
        int port = uri.getPort() < 0 ? defaultPort : uri.getPort();
        if (host == null || port < 1 || port > MAX_PORT || !(path.isEmpty() || path.equals("/"))) {
            throw new IllegalArgumentException("address must be " + FORMS + given(uri));
        }
        return new ServerAddress(scheme, host, port);
    }

    /** What has a place for a user may have a password, also where it is none that a URI can be taken apart at. */
    private static String given(URI uri) {
        String text = uri.toString();
        return text.contains("@") ? "" : ", was '" + text + "'";
    }

    boolean isUnix() {
        return scheme == Scheme.UNIX;
    }

    /** What requests are relative to, or null if they go to a socket. */
    @Nullable
    String base() {
        return isUnix() ? null : this.toString();
    }

    /** Whether nobody else can read along. */
    boolean isPrivate() {
        return scheme != Scheme.HTTP || isLoopback();
    }

    /** A name may mean anything, but for the one that is reserved. */
    private boolean isLoopback() {
        return place.equalsIgnoreCase("localhost") || place.equals("[::1]") || place.matches("127(\\.\\d{1,3}){3}");
    }

    @Override
    public String toString() {
        return isUnix()
                ? "unix://" + place
                : scheme.name().toLowerCase(java.util.Locale.ROOT) + "://" + place + ":" + port;
    }
}
