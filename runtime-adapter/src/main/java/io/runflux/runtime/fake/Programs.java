// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.scheduler.Scheduler;

/** The programs that containers can run, by name. */
final class Programs {
    private final Map<String, Program> programs = new ConcurrentHashMap<>();

    Programs(Scheduler clock) {
        programs.putAll(new BuiltIns(clock).byName());
    }

    void add(String name, Program program) {
        programs.put(name, program);
    }

    /** Finds what was registered for the script of a shell, for the first word, or for the last name of its path. */
    Program find(List<String> arguments) {
        if (arguments.isEmpty()) {
            throw new RuncFailure("process args cannot be empty");
        }
        String word = arguments.get(0);
        boolean isScript = arguments.size() == 3 && arguments.get(1).equals("-c");
        Program script = isScript ? programs.get(arguments.get(2)) : null;
        Program program = script == null ? programs.get(word) : script;
        Program byName = program == null ? programs.get(word.replaceFirst(".*/", "")) : program;
        if (byName == null) {
            String reason = word.contains("/")
                    ? "stat " + word + ": no such file or directory"
                    : "executable file not found in $PATH";
            throw new RuncFailure("unable to start container process: exec: \"" + word + "\": " + reason);
        }
        return byName;
    }
}
