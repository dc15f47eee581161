// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.launch;

import com.zaxxer.nuprocess.NuAbstractProcessHandler;
import com.zaxxer.nuprocess.NuProcess;
import com.zaxxer.nuprocess.NuProcessBuilder;
import io.runflux.benchmarks.MeasurementException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Children of NuProcess. */
final class NuProcessLiveContender implements LiveContender {
    private final Path child;
    private final List<NuProcess> started = new ArrayList<>();

    NuProcessLiveContender(Path child) {
        this.child = child;
    }

    @Override
    public void start(int children) {
        for (int i = 0; i < children; i++) {
            NuProcessBuilder builder = new NuProcessBuilder(List.of(child.toString()), Map.of());
            builder.setProcessListener(new NuAbstractProcessHandler() {});
            NuProcess process = builder.start();
            if (process == null) {
                throw new MeasurementException("NuProcess could not start a child");
            }
            started.add(process);
        }
    }

    @Override
    public void close() {
        started.forEach(process -> process.destroy(true));
        for (NuProcess process : started) {
            try {
                process.waitFor(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new MeasurementException("interrupted while waiting for a child");
            }
        }
    }
}
