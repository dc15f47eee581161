// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import tools.jackson.databind.node.ObjectNode;

/** The fields of an exit status. The kind decides; the code is there for those who want one integer. */
final class ExitStatusBody {
    private static final String KIND = "kind";
    private static final String CODE = "code";
    private static final String SIGNAL = "signal";
    private static final String CORE_DUMPED = "core_dumped";

    private ExitStatusBody() {}

    static void write(ExitStatus status, ObjectNode node) {
        node.put(KIND, kind(status));
        node.put(CODE, status.code());
        if (status instanceof ExitStatus.Signaled signaled) {
            node.put(SIGNAL, signaled.signal().number());
            node.put(CORE_DUMPED, signaled.coreDumped());
        }
    }

    private static String kind(ExitStatus status) {
        if (status instanceof ExitStatus.Exited) {
            return "exited";
        }
        return status instanceof ExitStatus.Signaled ? "signaled" : "unknown";
    }

    static ExitStatus read(JsonFields fields) {
        String kind = fields.text(KIND);
        return switch (kind) {
            case "exited" -> ExitStatus.exited(fields.integer(CODE));
            case "signaled" -> new ExitStatus.Signaled(Signal.of(fields.integer(SIGNAL)), fields.isTrue(CORE_DUMPED));
            case "unknown" -> ExitStatus.unknown();
            default ->
                throw new IllegalArgumentException("exit status must be of the kind exited, signaled or unknown, was '"
                        + Identifiers.printable(kind) + "'");
        };
    }
}
