// SPDX-License-Identifier: Apache-2.0
package io.runflux.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An exit status as events have it. The code is for who reads, and not read. */
record StatusForm(
        String kind,
        @Nullable Integer code,
        @Nullable Integer signal,
        @JsonProperty("core_dumped") @Nullable Boolean coreDumped) {
    static StatusForm of(ExitStatus status) {
        if (status instanceof ExitStatus.Signaled signaled) {
            return new StatusForm("signaled", status.code(), signaled.signal().number(), signaled.coreDumped());
        }
        String kind = status instanceof ExitStatus.Exited ? "exited" : "unknown";
        return new StatusForm(kind, status.code(), null, null);
    }

    ExitStatus toStatus() {
        return switch (Objects.requireNonNullElse(kind, "")) {
            case "exited" -> ExitStatus.exited(given("code", code));
            case "signaled" ->
                new ExitStatus.Signaled(Signal.of(given("signal", signal)), Boolean.TRUE.equals(coreDumped));
            case "unknown" -> ExitStatus.unknown();
            default -> throw new IllegalArgumentException("kind must be exited, signaled or unknown");
        };
    }

    private static int given(String name, @Nullable Integer value) {
        if (value == null) {
            throw new IllegalArgumentException(name + " is required");
        }
        return value;
    }
}
