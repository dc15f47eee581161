// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

import io.runflux.benchmarks.MeasurementException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** What a launch costs in a JVM with many open descriptors, as a busy server has them: none may reach the child. */
public class DescriptorBenchmark extends LaunchLoop {
    /** How many are open. */
    @Param("10000")
    public int descriptors;

    private final List<FileChannel> open = new ArrayList<>();

    /** Makes an instance, which JMH then fills in. */
    public DescriptorBenchmark() {}

    /** Opens them. */
    @Setup
    public void openDescriptors() {
        try {
            for (int i = 0; i < descriptors; i++) {
                open.add(FileChannel.open(Path.of("/dev/null")));
            }
        } catch (IOException e) {
            throw new MeasurementException(descriptors + " descriptors cannot be opened: " + e.getMessage());
        }
    }

    /**
     * Closes them.
     *
     * @throws IOException if one cannot be closed
     */
    @TearDown
    public void closeDescriptors() throws IOException {
        for (FileChannel channel : open) {
            channel.close();
        }
    }
}
