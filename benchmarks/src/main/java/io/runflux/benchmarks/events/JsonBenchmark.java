// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.events;

import io.runflux.events.EventEnvelope;
import io.runflux.events.EventJson;
import io.runflux.events.EventStream;
import io.runflux.oci.OciJson;
import io.runflux.oci.Spec;
import io.runflux.oci.SpecDefaults;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How fast JSON is written and read: events, and the configuration of a container. */
@State(Scope.Benchmark)
@BenchmarkMode({Mode.Throughput, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 1, time = 5)
@Measurement(iterations = 1, time = 4)
public class JsonBenchmark {
    private static final JsonMapper JACKSON = JsonMapper.shared();

    /** What is done. */
    @Param({"EVENT_WRITTEN", "EVENT_READ", "CONFIGURATION_WRITTEN", "CONFIGURATION_READ"})
    public Codec codec = Codec.EVENT_WRITTEN;

    /** Whether Jackson does it alone, with a tree instead of our own types. */
    @Param("false")
    public boolean isTree;

    private EventEnvelope event = sample();
    private Spec configuration = SpecDefaults.defaults().generate(Path.of("/srv/web/rootfs"), List.of("/bin/sh"));
    private String text = "";
    private JsonNode tree = JACKSON.nullNode();

    /** Makes an instance, which JMH then fills in. */
    public JsonBenchmark() {}

    private static EventEnvelope sample() {
        EventStream stream = EventStream.create();
        try {
            return stream.publish(SampleEvents.STARTED);
        } finally {
            stream.dispose();
        }
    }

    /** Prepares what is read, and checks that it comes back the same. */
    @Setup
    public void prepare() {
        boolean isEvent = codec == Codec.EVENT_WRITTEN || codec == Codec.EVENT_READ;
        text = isEvent ? EventJson.write(event) : OciJson.write(configuration);
        tree = JACKSON.readTree(text);
        if (!EventJson.read(EventJson.write(event)).equals(event)
                || !OciJson.read(OciJson.write(configuration), Spec.class).equals(configuration)) {
            throw new IllegalStateException("what is read is not what was written");
        }
    }

    /**
     * Writes or reads once.
     *
     * @return what came of it
     */
    @Benchmark
    public Object codec() {
        return isTree
                ? viaTree()
                : switch (codec) {
                    case EVENT_WRITTEN -> EventJson.write(event);
                    case EVENT_READ -> EventJson.read(text);
                    case CONFIGURATION_WRITTEN -> OciJson.write(configuration);
                    case CONFIGURATION_READ -> OciJson.read(text, Spec.class);
                };
    }

    private Object viaTree() {
        return switch (codec) {
            case EVENT_WRITTEN, CONFIGURATION_WRITTEN -> JACKSON.writeValueAsString(tree);
            case EVENT_READ, CONFIGURATION_READ -> JACKSON.readTree(text);
        };
    }

    /** What is done. */
    public enum Codec {
        /** An event is written. */
        EVENT_WRITTEN,
        /** An event is read. */
        EVENT_READ,
        /** A configuration is written. */
        CONFIGURATION_WRITTEN,
        /** A configuration is read. */
        CONFIGURATION_READ
    }
}
