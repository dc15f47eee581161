// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ExitStatus;
import io.runflux.host.Command;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiFunction;
import reactor.core.publisher.Mono;

/**
 * One look at whether a container is well. A {@link HealthCheck} repeats it.
 *
 * <p>Probes of addresses are made from the network of this JVM, and not from that of the container: nobody enters its
 * network namespace. What listens on the container's own loopback is probed by a command in it.
 */
@FunctionalInterface
public interface HealthProbe {
    /**
     * Looks, with each subscription anew.
     *
     * @param limit how long it may take. The probe itself sees to that, and answers when nothing of it is left that
     *     could meet the next one; ten seconds later it is cancelled, and has failed
     * @return the result; an error, and no result, are failures. Cancelling ends what was begun
     */
    Mono<ProbeResult> check(Duration limit);

    /**
     * Returns a probe of one's own, which is cancelled at its limit and has then failed.
     *
     * @param look gives the result, with each subscription anew
     * @return the probe
     */
    static HealthProbe of(Mono<ProbeResult> look) {
        Objects.requireNonNull(look, "look");
        return limit -> look.timeout(limit, Mono.fromSupplier(() -> CutOff.after(limit)));
    }

    /**
     * Returns the probe that runs a command, mostly in the container: {@link io.runflux.host.ProcessHost#container
     * ProcessHost.container}. It passes if the command exits with code 0. At the limit the command is killed, as by its
     * own cancellation, and its end waited for.
     *
     * @param command what to run; its standard output and error are replaced, and the first
     *     {@value ProbeResult#MAX_OUTPUT} bytes of both are the output. If it has no copy-after-exit timeout, it gets
     *     one of a second, after which the output is that until then
     * @return the probe
     */
    static HealthProbe command(Command command) {
        return new CommandProbe(command);
    }

    /**
     * Returns the probe that executes a process by a function, as that of an orchestrator, wherever it is. It passes if
     * the process exits with code 0. The output is as that of {@link #command}.
     *
     * @param exec executes the process with these streams, kills it at this limit, and tells how it ended, or fails
     *     with {@link RunTimeoutException} once it was killed; whatever it fails with is a failure of the probe
     * @return the probe
     */
    static HealthProbe exec(BiFunction<ContainerStreams, Duration, Mono<ExitStatus>> exec) {
        return new ExecProbe(exec);
    }

    /**
     * Returns the probe that asks for a page, over a connection of its own. It passes with a status from 200 to 399,
     * and follows no redirection. The first {@value ProbeResult#MAX_OUTPUT} bytes of the body are the output.
     *
     * @param uri what to ask for: {@code http} or {@code https}, absolute; the certificate must be one that this JVM
     *     trusts
     * @return the probe
     * @throws IllegalArgumentException if the URI has another scheme, or no host
     */
    static HealthProbe http(URI uri) {
        return new HttpProbe(uri);
    }

    /**
     * Returns the probe that connects to a port, and lets go of it at once. It passes if that can be done.
     *
     * @param host a name or an address
     * @param port 1 to 65535
     * @return the probe
     * @throws IllegalArgumentException if the host is empty or the port out of range
     */
    static HealthProbe tcp(String host, int port) {
        return new TcpProbe(host, port);
    }
}
