// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.events;

import com.sun.management.OperatingSystemMXBean;
import io.runflux.benchmarks.Counters;
import io.runflux.benchmarks.Figures;
import io.runflux.benchmarks.MeasurementException;
import io.runflux.events.EventStream;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.server.RunfluxServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How many events a server sends as server-sent events in a second of one processor: the rate is by the time that all
 * threads of the JVM were running, that of the client with them, which does nothing but count the ends of events. One
 * invocation is one connection.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 5)
@Measurement(iterations = 1)
public class SseBenchmark {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int BUFFER_BYTES = 64 << 10;

    /** How many events are sent. */
    @Param("200000")
    public int events;

    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final EventStream stream = EventStream.builder().windowSize(1 << 18).build();
    private @Nullable Orchestrator orchestrator;
    private @Nullable RunfluxServer server;
    private @Nullable Path socket;

    /** Makes an instance, which JMH then fills in. */
    public SseBenchmark() {}

    /**
     * Publishes, and starts the server.
     *
     * @throws IOException if there can be no socket
     */
    @Setup
    public void open() throws IOException {
        for (int i = 0; i < events; i++) {
            stream.publish(SampleEvents.STARTED);
        }
        socket = Files.createTempDirectory("runflux-sse").resolve("api.sock");
        orchestrator = Orchestrator.builder().events(stream).build();
        server = RunfluxServer.builder(orchestrator).unixSocket(socket).start().block(TIMEOUT);
    }

    /**
     * Has all events sent.
     *
     * @param counters takes what it took
     * @throws IOException if the connection breaks
     */
    @Benchmark
    public void send(Counters counters) throws IOException {
        long before = system.getProcessCpuTime();
        try (SocketChannel connection = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            connection.connect(UnixDomainSocketAddress.of(Objects.requireNonNull(socket)));
            connection.write(StandardCharsets.US_ASCII.encode("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n"
                    + "Accept: text/event-stream\r\nLast-Event-ID: " + stream.epoch() + "-0\r\n\r\n"));
            count(connection);
        }
        counters.take(Figures.ofRate(events, system.getProcessCpuTime() - before), events);
    }

    /** The data of an event begin with a line of its own, which stands nowhere else. */
    private void count(SocketChannel connection) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        byte[] mark = "\ndata: {".getBytes(StandardCharsets.US_ASCII);
        int matched = 0;
        for (int found = 0; found < events; ) {
            buffer.clear();
            if (connection.read(buffer) < 0) {
                throw new MeasurementException("the server sent " + found + " events instead of " + events);
            }
            for (int i = 0; i < buffer.position(); i++) {
                byte next = buffer.get(i);
                matched = next == mark[matched] ? matched + 1 : next == mark[0] ? 1 : 0;
                if (matched == mark.length) {
                    found++;
                    matched = 0;
                }
            }
        }
    }

    /**
     * Ends the server.
     *
     * @throws IOException if the directory of the socket cannot be removed
     */
    @TearDown
    public void close() throws IOException {
        Objects.requireNonNull(server).disposeLater().block(TIMEOUT);
        Objects.requireNonNull(orchestrator).disposeLater().block(TIMEOUT);
        stream.disposeLater(Duration.ZERO).block(TIMEOUT);
        Files.deleteIfExists(
                Objects.requireNonNull(Objects.requireNonNull(socket).getParent()));
    }
}
