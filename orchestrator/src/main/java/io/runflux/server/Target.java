// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a request is for, as it was sent; Reactor Netty's own path is decoded, which would make a separator of what is
 * none.
 *
 * @param authority whom it names, as one that goes through a proxy does (RFC 9112, 3.2.2), or null
 * @param path the path
 * @param query what follows the question mark, or nothing
 */
record Target(@Nullable String authority, String path, String query) {
    private static final Pattern ABSOLUTE = Pattern.compile("https?://([^/?]*)(.*)", Pattern.CASE_INSENSITIVE);

    static Target parse(String uri) {
        Matcher absolute = ABSOLUTE.matcher(uri);
        return absolute.matches() ? split(absolute.group(1), absolute.group(2)) : split(null, uri);
    }

    private static Target split(@Nullable String authority, String rest) {
        int question = rest.indexOf('?');
        String path = question < 0 ? rest : rest.substring(0, question);
        return new Target(authority, path.isEmpty() ? "/" : path, question < 0 ? "" : rest.substring(question + 1));
    }
}
