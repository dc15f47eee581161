// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** The parameters of a {@code fifo://} and a {@code unix://} URI. A retry timeout of zero is for ever. */
record PeerOptions(boolean waits, int bufferBytes, Duration retryTimeout) {
    private static final Set<String> NAMES = Set.of("overflow", "buffer", "retry-timeout");

    static PeerOptions of(Map<String, String> parameters) {
        for (String name : parameters.keySet()) {
            if (!NAMES.contains(name)) {
                throw new IllegalArgumentException("parameter of a FIFO or socket must be one of "
                        + NAMES.stream().sorted().toList() + ", was '" + name + "'");
            }
        }
        return new PeerOptions(
                FileLogOptions.isOne("overflow", parameters.getOrDefault("overflow", "drop"), "drop", "wait"),
                FileLogOptions.buffer(parameters.getOrDefault("buffer", "1m")),
                FileLogOptions.age("retry-timeout", parameters.getOrDefault("retry-timeout", "0")));
    }
}
