// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.netty.util.NetUtil;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whom a request is for: the host, in small letters and without brackets, and the port, or -1 if none is named. */
record Authority(String host, int port) {
    private static final Pattern FORM =
            Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([A-Za-z0-9._-]{1,253}))(?::(\\d{1,5}))?");

    /** Returns null if the text is none. */
    static @Nullable Authority parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        int port = matcher.group(3) == null ? -1 : Integer.parseInt(matcher.group(3));
        return new Authority(host.toLowerCase(Locale.ROOT), port);
    }

    /** Tells whether that is where a page of this host and port comes from. */
    boolean isOrigin(String origin) {
        boolean isTls = origin.startsWith("https://");
        if (!isTls && !origin.startsWith("http://")) {
            return false;
        }
        int usual = isTls ? 443 : 80;
        Authority other = parse(origin.substring(origin.indexOf("//") + 2));
        return other != null && other.host.equals(host) && other.portOr(usual) == portOr(usual);
    }

    private int portOr(int usual) {
        return port < 0 ? usual : port;
    }

    /** Nobody can have a name lead to a machine that is named by its number. */
    boolean isNumber() {
        return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
    }
}
