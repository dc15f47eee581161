// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.events.ContainerId;
import io.runflux.events.EventEnvelope;
import io.runflux.events.RuntimeEvent.Started;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Writes to a journal from a JVM of its own. */
final class JournalWriter {
    private JournalWriter() {}

    static EventEnvelope event(String id, int sequence) {
        return new EventEnvelope(sequence, id, Instant.EPOCH, null, new Started(ContainerId.of(id), 1000 + sequence));
    }

    static Process start(Path directory, int maxBytes, String id, int count) throws Exception {
        List<String> command = CliProcess.javaCommand("-Xmx64m");
        command.add(JournalWriter.class.getName());
        command.addAll(List.of(directory.toString(), String.valueOf(maxBytes), id, String.valueOf(count)));
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    public static void main(String... arguments) throws Exception {
        EventJournal journal = new EventJournal(Path.of(arguments[0]), Long.parseLong(arguments[1]));
        for (int i = 1; i <= Integer.parseInt(arguments[3]); i++) {
            journal.append(event(arguments[2], i));
        }
    }
}
