// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import io.runflux.events.Signal;
import io.runflux.oci.ConsoleSize;
import io.runflux.oci.OciProcess;
import io.runflux.oci.Rlimit;
import io.runflux.oci.Root;
import io.runflux.oci.Spec;
import io.runflux.oci.User;
import io.runflux.process.Credentials;
import io.runflux.process.ProcessGroup;
import io.runflux.process.ProcessSpec;
import io.runflux.process.ResourceLimit;
import io.runflux.process.Stdio;
import io.runflux.process.TerminalSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes plain processes of the processes of a bundle. Honoured are arguments, environment, working directory, user,
 * umask, limits, terminal and the bar on new privileges; capabilities, mounts, namespaces and all else are not. Every
 * method blocks on files.
 */
final class HostProcessSpecs {
    private static final TerminalSize DEFAULT_SIZE = new TerminalSize(24, 80);

    private final Path bundle;
    private final @Nullable Path rootDirectory;

    private HostProcessSpecs(Path bundle, @Nullable Path rootDirectory) {
        this.bundle = bundle;
        this.rootDirectory = rootDirectory;
    }

    static HostProcessSpecs of(Path bundle, Spec spec, HostRuntimeConfig config) {
        Root root = spec.root();
        if (!config.usesBundleRoot()) {
            return new HostProcessSpecs(bundle, null);
        }
        if (root == null) {
            throw new InvalidBundleException(bundle, "it has no root", null, null);
        }
        Path directory = bundle.resolve(root.path()).normalize();
        if (!Files.isDirectory(directory)) {
            throw new InvalidBundleException(bundle, "its root '" + directory + "' is not a directory", null, null);
        }
        return new HostProcessSpecs(bundle, directory);
    }

    ProcessSpec toSpec(
            OciProcess process, ContainerStdio stdio, List<Stdio> descriptors, @Nullable Signal parentDeathSignal) {
        try {
            return build(process, stdio, descriptors, parentDeathSignal);
        } catch (IllegalArgumentException e) {
            throw new InvalidBundleException(bundle, "its process cannot be run: " + e.getMessage(), null, e);
        } catch (IOException e) {
            throw new InvalidBundleException(bundle, "its process cannot be run: " + e, null, e);
        }
    }

    private ProcessSpec build(
            OciProcess process, ContainerStdio stdio, List<Stdio> descriptors, @Nullable Signal parentDeathSignal)
            throws IOException {
        if (process.args().isEmpty()) {
            throw new IllegalArgumentException("process.args is empty");
        }
        Map<String, String> environment = environment(process);
        Path program = program(process, environment);
        ProcessSpec.Builder spec = ProcessSpec.program(program)
                .arguments(process.args().subList(1, process.args().size()))
                .environment(environment)
                .workingDirectory(workingDirectory(process))
                .group(ProcessGroup.NEW_SESSION);
        applyStreams(spec, process, stdio);
        ContainerStdio.addDescriptors(spec, descriptors);
        applyRights(spec, process);
        if (rootDirectory != null) {
            spec.rootDirectory(rootDirectory);
        }
        if (parentDeathSignal != null) {
            spec.parentDeathSignal(parentDeathSignal);
        }
        return withArgv0(spec, program, process.args().get(0));
    }

    private static Map<String, String> environment(OciProcess process) {
        Map<String, String> environment = new LinkedHashMap<>();
        for (String variable : process.env()) {
            int equals = variable.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("process.env must have NAME=value, a variable has no name");
            }
            environment.put(variable.substring(0, equals), variable.substring(equals + 1));
        }
        return environment;
    }

    /** Looks for the program before anything is started, as other runtimes do when a container is created. */
    private Path program(OciProcess process, Map<String, String> environment) {
        String name = process.args().get(0);
        if (name.indexOf('/') >= 0) {
            return existing(name, Path.of(process.cwd()).resolve(name).normalize());
        }
        String searchPath = environment.getOrDefault("PATH", "");
        return Stream.of(searchPath.split(":", -1))
                .filter(directory -> directory.startsWith("/"))
                .map(directory -> Path.of(directory, name))
                .filter(this::isProgram)
                .findFirst()
                .orElseThrow(() -> notFound("program '" + name + "' is in no directory of PATH '" + searchPath + "'"));
    }

    private Path existing(String name, Path program) {
        if (!isProgram(program)) {
            throw notFound("program '" + name + "' does not exist or is not executable");
        }
        return program;
    }

    /** A link in another root cannot be followed from here; the kernel does, later. */
    private boolean isProgram(Path program) {
        Path seen = fromHere(program);
        return (rootDirectory != null && Files.isSymbolicLink(seen))
                || (Files.isRegularFile(seen) && Files.isExecutable(seen));
    }

    private Path fromHere(Path path) {
        return rootDirectory == null
                ? path
                : rootDirectory.resolve(path.toString().substring(1));
    }

    private static ProgramNotFoundException notFound(String message) {
        return new ProgramNotFoundException(message, null, null);
    }

    private Path workingDirectory(OciProcess process) {
        Path directory = Path.of(process.cwd());
        Path seen = fromHere(directory);
        boolean isThere =
                Files.isDirectory(seen) || (rootDirectory != null && Files.exists(seen, LinkOption.NOFOLLOW_LINKS));
        if (!isThere) {
            throw new IllegalArgumentException("process.cwd '" + directory + "' is not a directory");
        }
        return directory;
    }

    private static void applyStreams(ProcessSpec.Builder spec, OciProcess process, ContainerStdio stdio) {
        TerminalSize asked = stdio.terminal();
        if (asked != null) {
            spec.terminal(asked);
        } else if (process.terminal()) {
            spec.terminal(toSize(process.consoleSize()));
        } else {
            stdio.applyTo(spec);
        }
    }

    private static TerminalSize toSize(@Nullable ConsoleSize size) {
        return size == null ? DEFAULT_SIZE : new TerminalSize((int) size.height(), (int) size.width());
    }

    private static void applyRights(ProcessSpec.Builder spec, OciProcess process) throws IOException {
        User user = process.user();
        Path self = Path.of("/proc/self");
        boolean isOther = user.uid() != Paths.uid(self) || user.gid() != Paths.gid(self);
        if (isOther || !user.additionalGids().isEmpty()) {
            spec.credentials(new Credentials(user.uid(), user.gid(), user.additionalGids()));
        }
        if (user.umask() != null) {
            spec.umask(user.umask());
        }
        if (process.noNewPrivileges()) {
            spec.noNewPrivileges();
        }
        process.rlimits().forEach(limit -> applyLimit(spec, limit));
    }

    private static void applyLimit(ProcessSpec.Builder spec, Rlimit limit) {
        ResourceLimit kind = Stream.of(ResourceLimit.values())
                .filter(value -> limit.type().equals("RLIMIT_" + value.name()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "the host runtime does not know the limit '" + limit.type() + "'"));
        spec.limit(
                kind,
                new ResourceLimit.Values(limit.soft().longValue(), limit.hard().longValue()));
    }

    /** Programs that set up a user or limits decide about argv[0] themselves, and in another root nobody can. */
    private ProcessSpec withArgv0(ProcessSpec.Builder spec, Path program, String argv0) {
        ProcessSpec plain = spec.build();
        boolean isWrapped =
                plain.credentials() != null || !plain.limits().isEmpty() || plain.parentDeathSignal() != null;
        return isWrapped || argv0.equals(program.toString())
                ? plain
                : spec.argv0(argv0).build();
    }
}
