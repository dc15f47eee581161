// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

import io.runflux.benchmarks.MeasurementException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.runner.IterationType;

/**
 * What a launch costs in a JVM with many open descriptors, as a busy server has them: none may reach the child. They
 * are opened when the JVM is warm, for which it takes thousands of launches, and with them a second has some hundreds.
 */
public class DescriptorBenchmark extends LaunchLoop {
    /** How many are open. */
    @Param("10000")
    public int descriptors;

    private final List<FileChannel> open = new ArrayList<>();

    /** Makes an instance, which JMH then fills in. */
    public DescriptorBenchmark() {}

    /**
     * Opens them, after the warm-up.
     *
     * @param iteration tells whether it counts
     */
    @Setup(Level.Iteration)
    public void openDescriptors(IterationParams iteration) {
        int wanted = iteration.getType() == IterationType.MEASUREMENT ? descriptors : 0;
        try {
            for (int i = 0; i < wanted; i++) {
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
    @TearDown(Level.Iteration)
    public void closeDescriptors() throws IOException {
        for (FileChannel channel : open) {
            channel.close();
        }
        open.clear();
    }
}
