// SPDX-License-Identifier: Apache-2.0
package io.runflux.network;

import java.nio.file.Path;
import java.util.List;

/**
 * There is no such network. The message names those that there are; files that cannot be used are suppressed errors.
 */
public final class NoSuchNetworkException extends NetworkException {
    private static final long serialVersionUID = 1L;

    /** The message is for people, who read no more. */
    private static final int MAX_NAMED = 10;

    private NoSuchNetworkException(String message) {
        super(message, null);
    }

    static NoSuchNetworkException of(
            String name, Path directory, List<String> others, List<NetworkException> unusable) {
        NoSuchNetworkException error = new NoSuchNetworkException("there is no network '" + name + "' in " + directory
                + named("; there is ", others)
                + named("; ", unusable.stream().map(Throwable::getMessage).toList()));
        unusable.forEach(error::addSuppressed);
        return error;
    }

    private static String named(String before, List<String> names) {
        if (names.isEmpty()) {
            return "";
        }
        int more = names.size() - MAX_NAMED;
        return before
                + String.join(", ", names.subList(0, Math.min(names.size(), MAX_NAMED)))
                + (more > 0 ? " and " + more + " more" : "");
    }
}
