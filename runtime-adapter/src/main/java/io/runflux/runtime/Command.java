// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.process.ProcessGroup;
import io.runflux.process.ProcessSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A command of a runtime, ready to be called.
 *
 * @param argv its first element an absolute path
 */
record Command(List<String> argv, Map<String, String> environment) {
    Command {
        argv = List.copyOf(argv);
        environment = Map.copyOf(environment);
    }

    /** A group of its own: a Ctrl-C in our terminal must not stop a runtime half way. */
    ProcessSpec.Builder toSpec() {
        return ProcessSpec.program(Path.of(argv.get(0)))
                .arguments(argv.subList(1, argv.size()))
                .environment(environment)
                .group(ProcessGroup.NEW_GROUP);
    }
}
