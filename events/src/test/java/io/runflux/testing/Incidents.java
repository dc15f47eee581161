// SPDX-License-Identifier: Apache-2.0
package io.runflux.testing;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * What went wrong where no test could see it: dropped errors, blocking calls on event loops, leaked buffers. At most
 * 100 are kept; later ones are passed over, since the class has failed by then.
 */
public final class Incidents {
    private static final int MAX_KEPT = 100;
    private static final BlockingQueue<String> KEPT = new ArrayBlockingQueue<>(MAX_KEPT);

    private Incidents() {}

    static void record(String what) {
        KEPT.offer(what);
    }

    static void record(String what, Throwable cause) {
        StringWriter text = new StringWriter();
        cause.printStackTrace(new PrintWriter(text, true));
        record(what + ": " + text);
    }

    /**
     * Takes what was recorded so far, for a test that provokes an incident: what was taken fails no class.
     *
     * @return descriptions with their stack traces, oldest first
     */
    public static List<String> take() {
        List<String> taken = new ArrayList<>();
        KEPT.drainTo(taken);
        return taken;
    }
}
