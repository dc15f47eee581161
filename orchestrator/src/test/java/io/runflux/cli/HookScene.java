// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import io.runflux.oci.OciJson;
import io.runflux.oci.Root;
import io.runflux.oci.Spec;
import io.runflux.oci.SpecDefaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A bundle and directories of hook files, whatever the umask of the tests. */
final class HookScene {
    static final Map<String, Object> ALWAYS = Map.of("always", true);

    private final Path directory;

    HookScene(Path directory) {
        this.directory = directory;
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    String read(String name) throws IOException {
        return Files.readString(file(name));
    }

    /** Writes a bundle whose root is relative, and whose process is {@code sh}. */
    Path bundle() throws IOException {
        Path bundle = Files.createDirectories(file("bundle"));
        Spec spec = SpecDefaults.defaults()
                .generate(Path.of("/"), List.of("sh"))
                .withRoot(new Root("rootfs", false, Map.of()))
                .withAnnotations(Map.of("gpu", "all"));
        OciJson.write(bundle.resolve(Spec.FILE_NAME), spec);
        return bundle;
    }

    Path hooks(String name) throws IOException {
        Path hooks = file(name);
        if (!Files.isDirectory(hooks)) {
            Files.createDirectory(hooks);
            Files.setPosixFilePermissions(hooks, PosixFilePermissions.fromString("rwx------"));
        }
        return hooks;
    }

    /** Adds a shell script that is a hook of all containers. */
    Path add(String hooks, String name, String stage, String script) throws IOException {
        return add(hooks, name, stage, ALWAYS, List.of("/bin/sh", "-c", script));
    }

    Path add(String hooks, String name, String stage, Map<String, Object> when, List<String> command)
            throws IOException {
        Map<String, Object> hook =
                Map.of("path", command.get(0), "args", command, "env", List.of("PATH=/usr/bin:/bin", "SECRET=s3cret"));
        return write(
                hooks,
                name,
                OciJson.write(Map.of("version", "1.0.0", "hook", hook, "when", when, "stages", List.of(stage))));
    }

    Path write(String hooks, String name, String json) throws IOException {
        Path file = Files.writeString(hooks(hooks).resolve(name), json);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        return file;
    }

    /** Calls a command of hooks on the bundle with these directories. */
    CliResult call(String command, List<String> hooks, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("hooks", command, "--bundle", bundle().toString()));
        for (String name : hooks) {
            arguments.addAll(List.of("--hooks-dir", file(name).toString()));
        }
        arguments.addAll(List.of(more));
        return CliResult.of(arguments.toArray(String[]::new));
    }
}
