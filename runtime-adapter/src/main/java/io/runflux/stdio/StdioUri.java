// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the output of a process goes, or its input comes from, as a URI: {@code null},
 * {@code file:///path?parameter=value&...}, {@code unix:///path}, {@code fifo:///path}, for which the path alone does
 * as well, or a logging driver, {@code binary:///path?key=value&...} or {@code binary-v2:///path?key=value&...}.
 *
 * <p>The parameters of a file are, all of them optional:
 *
 * <table>
 * <caption>Parameters of {@code file://}</caption>
 * <tr><th>name</th><th>values</th><th>default</th></tr>
 * <tr><td>{@code format}</td><td>{@code plain}, {@code json} (docker's json-file), {@code cri}</td>
 *     <td>{@code plain}</td></tr>
 * <tr><td>{@code max-size}</td><td>how large a file grows, in bytes or with {@code k}, {@code m}, {@code g} for powers
 *     of 1,024, at least 64k; 0 for any size</td><td>{@code 10m}</td></tr>
 * <tr><td>{@code max-age}</td><td>how long a file is written to, with {@code s}, {@code m}, {@code h} or {@code d}; 0
 *     for any time</td><td>{@code 0}</td></tr>
 * <tr><td>{@code max-files}</td><td>how many files are kept, the current one included, from 2 to 1,000</td>
 *     <td>{@code 5}</td></tr>
 * <tr><td>{@code mode}</td><td>{@code 0600}, {@code 0640}</td><td>{@code 0600}</td></tr>
 * <tr><td>{@code overflow}</td><td>what a process does whose disk is slow: {@code drop} counts and marks what is lost,
 *     {@code wait} lets the process wait</td><td>{@code drop}</td></tr>
 * <tr><td>{@code buffer}</td><td>how much waits for the disk, as {@code max-size}, from 64k to 64m</td>
 *     <td>{@code 1m}</td></tr>
 * </table>
 *
 * <p>Those of a FIFO and of a unix socket are {@code overflow} and {@code buffer}, which say the same of a peer that
 * does not read, and {@code retry-timeout}: for how long somebody is looked for at the other end, with {@code s},
 * {@code m}, {@code h} or {@code d}; by default it is 0, which is for ever. Input ignores them.
 *
 * <p>The parameters of a logging driver are its arguments, in the order given: each key, and behind it its value, which
 * is an argument also if it is empty.
 *
 * <p>Immutable. A URI is data until it is opened, and then it is opened only where {@link UpstreamOptions} allow.
 *
 * @param scheme the kind of target
 * @param path the absolute path of a file, FIFO, socket or driver, without {@code .} and {@code ..}; null if the kind
 *     has none
 * @param parameters by name, in the order given
 */
public record StdioUri(Scheme scheme, @Nullable Path path, Map<String, String> parameters) {
    private static final int MAX_LENGTH = 8_192;
    private static final int MAX_NAME = 200;

    /** The kinds of targets. */
    public enum Scheme {
        /** Nowhere. */
        NULL,
        /** A file, which is appended to. */
        FILE,
        /** A FIFO, which somebody else has at its other end. */
        FIFO,
        /** A unix socket, at which somebody else listens. */
        UNIX,
        /** A logging driver, which is ready when it closes its descriptor 5, or writes to it. */
        BINARY,
        /** A logging driver, which is ready when it writes to its descriptor 5. */
        BINARY_V2;

        private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

        private static Optional<Scheme> of(String text) {
            return Stream.of(values())
                    .filter(scheme -> scheme != NULL && scheme.text.equals(text.toLowerCase(Locale.ROOT)))
                    .findFirst();
        }
    }

    /**
     * Checks the values.
     *
     * @param scheme the kind of target
     * @param path the absolute path of a file or a driver; null if the kind has none
     * @param parameters by name
     * @throws IllegalArgumentException if the path or a parameter is not what the kind allows
     */
    public StdioUri {
        Objects.requireNonNull(scheme, "scheme");
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        switch (scheme) {
            case NULL -> checkNothing(path, parameters);
            case FILE -> {
                checkPath(Objects.requireNonNull(path, "path"));
                FileLogOptions.of(parameters);
            }
            case FIFO, UNIX -> {
                checkPath(Objects.requireNonNull(path, "path"));
                PeerOptions.of(parameters);
            }
            case BINARY, BINARY_V2 -> {
                checkPath(Objects.requireNonNull(path, "path"));
                checkArguments(parameters);
            }
        }
    }

    /**
     * Returns the target that swallows everything.
     *
     * @return the target
     */
    public static StdioUri nowhere() {
        return new StdioUri(Scheme.NULL, null, Map.of());
    }

    /**
     * Returns a file with the defaults of all parameters.
     *
     * @param path absolute, without {@code .} and {@code ..}
     * @return the file
     * @throws IllegalArgumentException if the path is not such
     */
    public static StdioUri file(Path path) {
        return new StdioUri(Scheme.FILE, path, Map.of());
    }

    /**
     * Returns a FIFO with the defaults of all parameters.
     *
     * @param path absolute, without {@code .} and {@code ..}
     * @return the FIFO
     * @throws IllegalArgumentException if the path is not such
     */
    public static StdioUri fifo(Path path) {
        return new StdioUri(Scheme.FIFO, path, Map.of());
    }

    /**
     * Returns a unix socket with the defaults of all parameters.
     *
     * @param path absolute, without {@code .} and {@code ..}
     * @return the socket
     * @throws IllegalArgumentException if the path is not such
     */
    public static StdioUri unix(Path path) {
        return new StdioUri(Scheme.UNIX, path, Map.of());
    }

    /**
     * Returns a logging driver that tells by closing its descriptor 5, or by writing to it, that it is ready, without
     * arguments.
     *
     * @param path its executable, absolute, without {@code .} and {@code ..}
     * @return the driver
     * @throws IllegalArgumentException if the path is not such
     */
    public static StdioUri driver(Path path) {
        return new StdioUri(Scheme.BINARY, path, Map.of());
    }

    /**
     * Returns a copy with one more parameter, or another value of it.
     *
     * @param name one of the parameters of the kind
     * @param value its value, not encoded
     * @return the copy
     * @throws IllegalArgumentException if the kind has no such parameter, or it no such value
     */
    public StdioUri with(String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(parameters);
        changed.put(name, value);
        return new StdioUri(scheme, path, changed);
    }

    /**
     * Reads a URI.
     *
     * @param text {@code null}, {@code null://}, a URI of one of the other schemes, percent-encoded, or the absolute
     *     path of a FIFO as it is; at most 8,192 characters
     * @return the target
     * @throws IllegalArgumentException if it is none of these; the message says what is allowed
     */
    public static StdioUri parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "URI must have at most " + MAX_LENGTH + " characters, has " + text.length());
        }
        if (text.equals("null") || text.equals("null://")) {
            return nowhere();
        }
        if (text.startsWith("/")) {
            return fifo(toPath(text));
        }
        URI uri = toUri(text);
        Scheme scheme = Scheme.of(Objects.requireNonNullElse(uri.getScheme(), ""))
                .orElseThrow(() -> new IllegalArgumentException("URI must be 'null', the absolute path of a FIFO, or"
                        + " begin with 'file:///', 'fifo:///', 'unix:///', 'binary:///' or 'binary-v2:///', was '"
                        + withoutParameters(text) + "'"));
        if (uri.getRawAuthority() != null || uri.getPath() == null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("URI must be " + scheme.text
                    + ":///path?parameters, without a host and a fragment, was '" + withoutParameters(text) + "'");
        }
        return new StdioUri(scheme, toPath(uri.getPath()), toParameters(uri.getRawQuery()));
    }

    /** The arguments of a driver can be secrets, and so can what was meant to be one. */
    private static String withoutParameters(String text) {
        int query = text.indexOf('?');
        return query < 0 ? text : text.substring(0, query) + "?...";
    }

    private static Path toPath(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("path must have no control characters: " + e.getReason(), e);
        }
    }

    private static URI toUri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("'" + withoutParameters(text) + "' is no URI: " + e.getReason());
        }
    }

    private static Map<String, String> toParameters(@Nullable String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (query == null || query.isEmpty()) {
            return parameters;
        }
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            if (parameters.put(name, equals < 0 ? "" : decode(pair.substring(equals + 1))) != null) {
                throw new IllegalArgumentException("parameter '" + name + "' must be given once");
            }
        }
        return parameters;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static void checkNothing(@Nullable Path path, Map<String, String> parameters) {
        if (path != null || !parameters.isEmpty()) {
            throw new IllegalArgumentException(
                    "null must have neither a path nor parameters, had '" + path + "' and " + parameters.keySet());
        }
    }

    private static void checkArguments(Map<String, String> parameters) {
        boolean hasNul = parameters.entrySet().stream()
                .anyMatch(argument -> (argument.getKey() + argument.getValue()).indexOf('\0') >= 0);
        if (hasNul) {
            throw new IllegalArgumentException("arguments of a driver must have no NUL characters");
        }
    }

    private static void checkPath(Path path) {
        Path name = path.getFileName();
        if (!path.isAbsolute() || !path.equals(path.normalize()) || name == null) {
            throw new IllegalArgumentException("path must be absolute, without '.' and '..', was '" + path + "'");
        }
        boolean hasControls = path.toString().chars().anyMatch(Character::isISOControl);
        if (hasControls || name.toString().length() > MAX_NAME) {
            throw new IllegalArgumentException(
                    "path must have no control characters, and a name of at most " + MAX_NAME + " characters");
        }
    }

    /**
     * Returns it as {@link #parse} reads it, with the parameters, which {@link #toString()} leaves out.
     *
     * @return the text
     */
    public String text() {
        if (path == null) {
            return "null";
        }
        String query = parameters.entrySet().stream()
                .map(parameter -> encode(parameter.getKey()) + "=" + encode(parameter.getValue()))
                .collect(Collectors.joining("&"));
        String place = scheme.text + "://" + encode(path.toString()).replace("%2F", "/");
        return query.isEmpty() ? place : place + "?" + query;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Returns the path of a file or a driver, which only those may ask for who know that it is one. */
    Path requirePath() {
        return Objects.requireNonNull(path, "path");
    }

    /**
     * Returns the scheme and the path, without the parameters.
     *
     * @return for people to read
     */
    @Override
    public String toString() {
        return path == null ? "null" : scheme.text + "://" + path;
    }
}
