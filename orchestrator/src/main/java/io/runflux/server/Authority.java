// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.netty.util.NetUtil;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whom a request is for: the host, in small letters and without brackets, and the port, or -1 if none is named. */
record Authority(String host, int port) {
    private static final Pattern FORM = Pattern.compile("(?:\\[([0-9A-Fa-f:.]+)]|([A-Za-z0-9._-]{1,253}))(?::(\\d{1,5}))?");

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

    /** Nobody can have a name lead to a machine that is named by its number. */
    boolean isNumber() {
        return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
    }
}
