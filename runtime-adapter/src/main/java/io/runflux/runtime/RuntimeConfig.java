// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How to call a command line runtime.
 *
 * @param binary the program, absolute; symbolic links are resolved at each call, and it is called only if it and all
 *     directories above it belong to root or to this user, and no one else can write to them
 * @param root the directory where the runtime keeps the state of containers, absolute; always passed, with symbolic
 *     links resolved, and trusted on the terms of the binary; above both, sticky directories of root will do
 * @param systemdCgroup whether control groups are made by systemd
 * @param environment all variables that the runtime gets; nothing is inherited
 * @param temporaryDirectory where a directory for each call is made, and removed at its end
 * @param extraArguments further global arguments; they are not checked
 */
public record RuntimeConfig(
        Path binary,
        Path root,
        boolean systemdCgroup,
        Map<String, String> environment,
        Path temporaryDirectory,
        List<String> extraArguments) {
    /** The directories that runtimes are looked for in, and that they look for their own helpers in. */
    public static final String TRUSTED_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /**
     * Checks and copies the values.
     *
     * @param binary the program, absolute
     * @param root the directory of the runtime's state, absolute
     * @param systemdCgroup whether control groups are made by systemd
     * @param environment all variables that the runtime gets
     * @param temporaryDirectory where a directory for each call is made, absolute
     * @param extraArguments further global arguments
     * @throws IllegalArgumentException if a path is relative, or the environment has {@code NOTIFY_SOCKET}, which would
     *     make the runtime wait for the container
     */
    public RuntimeConfig {
        Paths.checkAbsolute("runtime binary", binary);
        Paths.checkAbsolute("runtime root", root);
        Paths.checkAbsolute("temporary directory", temporaryDirectory);
        if (environment.containsKey("NOTIFY_SOCKET")) {
            throw new IllegalArgumentException("the environment of a runtime must not have NOTIFY_SOCKET");
        }
        environment = Map.copyOf(environment);
        extraArguments = List.copyOf(extraArguments);
    }

    /**
     * Returns a configuration with the defaults: the root is {@code /run/runflux/NAME} for root,
     * {@code $XDG_RUNTIME_DIR/runflux/NAME} for others, and {@code /tmp/runflux-UID/NAME} for others without that
     * variable, the environment {@code PATH} with {@link #TRUSTED_PATH} and {@code XDG_RUNTIME_DIR} as this JVM has it,
     * the temporary directory that of this JVM.
     *
     * @param binary the program, absolute
     * @return the configuration
     */
    public static RuntimeConfig of(Path binary) {
        Map<String, String> environment = new LinkedHashMap<>(Map.of("PATH", TRUSTED_PATH));
        String runtimeDirectory = System.getenv("XDG_RUNTIME_DIR");
        if (runtimeDirectory != null) {
            environment.put("XDG_RUNTIME_DIR", runtimeDirectory);
        }
        return new RuntimeConfig(
                binary,
                Paths.stateDirectory(String.valueOf(binary.getFileName())),
                false,
                environment,
                Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath(),
                List.of());
    }

    /**
     * Returns this configuration with another root.
     *
     * @param value the directory of the runtime's state, absolute
     * @return the configuration
     */
    public RuntimeConfig withRoot(Path value) {
        return new RuntimeConfig(binary, value, systemdCgroup, environment, temporaryDirectory, extraArguments);
    }

    /**
     * Returns this configuration with control groups made by systemd, or not. Default: not.
     *
     * @param value whether control groups are made by systemd
     * @return the configuration
     */
    public RuntimeConfig withSystemdCgroup(boolean value) {
        return new RuntimeConfig(binary, root, value, environment, temporaryDirectory, extraArguments);
    }

    /**
     * Returns this configuration with another environment.
     *
     * @param value all variables that the runtime gets
     * @return the configuration
     */
    public RuntimeConfig withEnvironment(Map<String, String> value) {
        return new RuntimeConfig(binary, root, systemdCgroup, value, temporaryDirectory, extraArguments);
    }

    /**
     * Returns this configuration with another place for temporary directories.
     *
     * @param value an existing directory, absolute
     * @return the configuration
     */
    public RuntimeConfig withTemporaryDirectory(Path value) {
        return new RuntimeConfig(binary, root, systemdCgroup, environment, value, extraArguments);
    }

    /**
     * Returns this configuration with other global arguments. Default: none.
     *
     * @param value further global arguments
     * @return the configuration
     */
    public RuntimeConfig withExtraArguments(List<String> value) {
        return new RuntimeConfig(binary, root, systemdCgroup, environment, temporaryDirectory, value);
    }
}
