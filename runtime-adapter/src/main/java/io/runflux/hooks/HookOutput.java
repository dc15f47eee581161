// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import io.runflux.process.Stdio;
import java.util.Objects;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.netty.ByteBufFlux;

/** Where one stream of a hook goes. */
public sealed interface HookOutput {
    /**
     * Returns the null device.
     *
     * @return the output
     */
    static HookOutput discard() {
        return new Connected(Stdio.nullDevice());
    }

    /**
     * Returns a stream that is connected without a pipe, so that nothing of it passes through this JVM: a file, an open
     * descriptor, this JVM's own stream, or, for standard error, {@link Stdio#toStdout()}.
     *
     * @param stdio where it goes
     * @return the output
     * @throws IllegalArgumentException if it is a pipe, which {@link #into} is for
     */
    static HookOutput to(Stdio stdio) {
        return new Connected(stdio);
    }

    /**
     * Returns a pipe that is worked with. Without demand nothing is read, and the hook waits once the pipe is full.
     *
     * @param relay what to do with the bytes, under the terms of {@link io.runflux.process.RunningProcess#stdout()};
     *     the hook's run ends no earlier than this completes. An error closes the pipe, and is the hook's failure
     *     unless the hook fails by itself. Cancelled when the post-kill timeout fires, and when the run is cancelled
     * @return the output
     */
    static HookOutput into(Function<? super ByteBufFlux, ? extends Publisher<?>> relay) {
        return new Piped(relay);
    }

    /**
     * A stream without a pipe.
     *
     * @param stdio where it goes
     */
    record Connected(Stdio stdio) implements HookOutput {
        /**
         * Checks the connection.
         *
         * @param stdio where it goes
         * @throws IllegalArgumentException if it is a pipe
         */
        public Connected {
            Objects.requireNonNull(stdio, "stdio");
            if (stdio == Stdio.pipe()) {
                throw new IllegalArgumentException("the pipe of a hook needs somebody to read it: HookOutput.into");
            }
        }
    }

    /**
     * A stream with a pipe.
     *
     * @param relay what to do with the bytes
     */
    record Piped(Function<? super ByteBufFlux, ? extends Publisher<?>> relay) implements HookOutput {
        /**
         * Checks the work.
         *
         * @param relay what to do with the bytes
         */
        public Piped {
            Objects.requireNonNull(relay, "relay");
        }
    }
}
