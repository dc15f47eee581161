// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import io.runflux.oci.Hook;
import io.runflux.process.ProcessGroup;
import io.runflux.process.ProcessSpec;
import io.runflux.process.Stdio;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is started for a hook. */
final class HookProcess {
    private HookProcess() {}

    /**
     * Describes the process.
     *
     * @throws IllegalArgumentException if the hook has something that no process can have; environments may hold
     *     secrets, so the message does not quote
     */
    static ProcessSpec spec(Hook hook, HookOptions options) {
        ProcessSpec.Builder spec = ProcessSpec.program(program(hook, options.workingDirectory()))
                .environment(environment(hook))
                .stdin(Stdio.pipe())
                .stdout(stdio(options.stdout()))
                .stderr(stdio(options.stderr()));
        List<String> args = hook.args();
        if (args.isEmpty()) {
            spec.argv0(hook.path());
        } else {
            spec.argv0(args.get(0)).arguments(args.subList(1, args.size()));
        }
        if (options.workingDirectory() != null) {
            spec.workingDirectory(options.workingDirectory());
        }
        if (options.killsGroup()) {
            spec.group(ProcessGroup.NEW_GROUP).leaveGroupAlone();
        }
        return spec.build();
    }

    private static Path program(Hook hook, @Nullable Path workingDirectory) {
        if (hook.path().isEmpty()) {
            throw new IllegalArgumentException("a hook must have a path, was ''");
        }
        Path path = Path.of(hook.path());
        Path start = workingDirectory == null ? Path.of("") : workingDirectory;
        return path.isAbsolute() ? path : start.resolve(path).toAbsolutePath();
    }

    private static Map<String, String> environment(Hook hook) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (int i = 0; i < hook.env().size(); i++) {
            String[] parts = hook.env().get(i).split("=", 2);
            if (parts.length < 2 || parts[0].isEmpty()) {
                throw new IllegalArgumentException(
                        "env[" + i + "] of hook " + hook.path() + " must have the form NAME=value");
            }
            variables.put(parts[0], parts[1]);
        }
        return variables;
    }

    private static Stdio stdio(HookOutput output) {
        return output instanceof HookOutput.Connected connected ? connected.stdio() : Stdio.pipe();
    }
}
