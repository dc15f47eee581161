// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The bounds on what an event carries, so that a full window has a largest size. */
final class Checks {
    static final int MAX_PATH = 4096;
    static final int MAX_NAME = 256;

    private Checks() {}

    static void text(String kind, String value, int maxLength) {
        Objects.requireNonNull(value, kind);
        if (value.isEmpty() || value.length() > maxLength) {
            throw new IllegalArgumentException(
                    kind + " must have 1 to " + maxLength + " characters, has " + value.length());
        }
    }

    static void pid(int pid) {
        atLeast("pid", pid, 0);
    }

    static void hook(String stage, int index, String path) {
        text("stage", stage, MAX_NAME);
        atLeast("index", index, 0);
        text("path", path, MAX_PATH);
    }

    static void duration(@Nullable Duration duration) {
        if (duration != null && duration.isNegative()) {
            throw new IllegalArgumentException("duration must not be negative, was " + duration);
        }
    }

    static void atLeast(String kind, long value, long min) {
        if (value < min) {
            throw new IllegalArgumentException(kind + " must be " + min + " or more, was " + value);
        }
    }

    static void range(String kind, int value, int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(kind + " must be from 1 to " + max + ", was " + value);
        }
    }
}
