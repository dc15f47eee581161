// SPDX-License-Identifier: Apache-2.0
package io.runflux.stdio;

import io.runflux.files.ProcStat;
import java.io.IOException;
import java.util.List;
import reactor.core.publisher.Mono;

/** Sees that a process is about to end, which closes its descriptors a moment before its end can be seen. */
final class ProcessEnds {
    /** The kernel's {@code PF_EXITING}. */
    private static final long EXITING = 0x4;
    /** The ninth field (proc(5)), counted from behind the name, which is the second. */
    private static final int FLAGS = 9 - 3;

    private ProcessEnds() {}

    static Mono<Boolean> isEnding(int pid) {
        return LogThreads.call(() -> isEndingNow(pid));
    }

    private static boolean isEndingNow(int pid) throws IOException {
        List<String> fields = ProcStat.fields(pid);
        return fields.isEmpty() || (Long.parseLong(fields.get(FLAGS)) & EXITING) != 0;
    }
}
