// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.runflux.process.ProcessStartException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the program to start, and says in words why a start failed. The kernel's error numbers alone cannot tell a
 * missing program from a missing directory or interpreter, so the files are looked at: the working directory first, as
 * the child would. Does file system calls; not for event loops.
 */
final class StartDiagnosis {
    private static final int MAX_INTERPRETER_LINE = 256;

    /** Where the general word for an error would not tell what is wrong with the start. */
    private static final Map<Integer, String> WORDS = Map.of(
            Linux.E2BIG, "arguments and environment are too large",
            Linux.ENOEXEC, "the kernel does not know its format; a script needs a first line such as #!/bin/sh",
            Linux.EAGAIN, "the limit of processes is reached",
            Linux.ETXTBSY, "it is open for writing");

    private StartDiagnosis() {}

    /**
     * Finds the program. A path is taken as it is, since only the kernel can say whether it can be run.
     *
     * @throws ProcessStartException if the search path holds no executable file of that name
     */
    static Path resolve(ProcessSpec spec) {
        String searchPath = spec.searchPath();
        return searchPath == null ? Path.of(spec.program()) : search(spec, searchPath);
    }

    /** Turns a failed start into an error that names what was wrong. */
    static ProcessStartException explain(ProcessSpec spec, Path program, int errno) {
        Path directory = spec.workingDirectory();
        String directoryProblem = directory == null ? null : directoryProblem(onHost(spec, directory));
        if (directoryProblem != null) {
            return failure(Reason.WORKING_DIRECTORY, program + " in " + directory + ": " + directoryProblem);
        }
        return switch (errno) {
            case Linux.ENOENT, Linux.ENOTDIR -> explainMissing(onHost(spec, program), errno);
            case Linux.EACCES -> explainRefused(onHost(spec, program));
            default -> failure(reason(errno), program + ": " + words(errno));
        };
    }

    /** Looks before a start through another program, which could only report what it finds as an exit code. */
    static void check(ProcessSpec spec, Path program) {
        Path directory = spec.workingDirectory();
        if (!Files.exists(program)) {
            throw explain(spec, program, Linux.ENOENT);
        }
        boolean isStartable = Files.isRegularFile(program) && Files.isExecutable(program);
        if (!isStartable || (directory != null && directoryProblem(directory) != null)) {
            throw explain(spec, program, Linux.EACCES);
        }
    }

    /** Where a path of the child is found from outside of its root directory. */
    private static Path onHost(ProcessSpec spec, Path path) {
        Path root = spec.rootDirectory();
        return root == null ? path : root.resolve(path.toString().substring(1));
    }

    /** Checks what a child would find on entering the directory; null if it can. */
    static @Nullable String directoryProblem(Path directory) {
        if (!Files.exists(directory)) {
            return words(Linux.ENOENT);
        }
        if (!Files.isDirectory(directory)) {
            return "not a directory";
        }
        return Files.isExecutable(directory) ? null : words(Linux.EACCES);
    }

    private static Path search(ProcessSpec spec, String searchPath) {
        List<Path> candidates = Arrays.stream(searchPath.split(":", -1))
                .map(Path::of)
                .filter(Path::isAbsolute)
                .map(directory -> directory.resolve(spec.program()))
                .filter(candidate -> isFile(spec, onHost(spec, candidate)))
                .toList();
        return candidates.stream()
                .filter(candidate ->
                        Files.isExecutable(onHost(spec, candidate)) || isForeignLink(spec, onHost(spec, candidate)))
                .findFirst()
                .orElseThrow(() -> notFound(spec.program(), searchPath, candidates));
    }

    private static boolean isFile(ProcessSpec spec, Path path) {
        return Files.isRegularFile(path) || isForeignLink(spec, path);
    }

    /** A link may lead to a file of another root, which cannot be told from here. */
    private static boolean isForeignLink(ProcessSpec spec, Path path) {
        return spec.rootDirectory() != null && Files.isSymbolicLink(path) && !Files.isDirectory(path);
    }

    private static ProcessStartException notFound(String name, String searchPath, List<Path> candidates) {
        return candidates.isEmpty()
                ? failure(Reason.PROGRAM_NOT_FOUND, name + ": not in any directory of '" + searchPath + "'")
                : failure(Reason.NOT_EXECUTABLE, candidates.get(0) + ": " + words(Linux.EACCES));
    }

    private static ProcessStartException explainMissing(Path program, int errno) {
        String interpreter = Files.isRegularFile(program) ? interpreter(program) : null;
        if (interpreter != null && !Files.exists(Path.of(interpreter))) {
            return failure(Reason.PROGRAM_NOT_FOUND, program + ": its interpreter " + interpreter + " does not exist");
        }
        return Files.isRegularFile(program)
                ? failure(Reason.PROGRAM_NOT_FOUND, program + ": its interpreter or loader does not exist")
                : failure(Reason.PROGRAM_NOT_FOUND, program + ": " + words(errno));
    }

    private static ProcessStartException explainRefused(Path program) {
        return Files.isDirectory(program)
                ? failure(Reason.NOT_EXECUTABLE, program + ": is a directory")
                : failure(Reason.NOT_EXECUTABLE, program + ": " + words(Linux.EACCES));
    }

    private static Reason reason(int errno) {
        return switch (errno) {
            case Linux.ENOEXEC -> Reason.NOT_A_PROGRAM;
            case Linux.ETXTBSY -> Reason.PROGRAM_BUSY;
            case Linux.E2BIG -> Reason.ARGUMENTS_TOO_LARGE;
            case Linux.EAGAIN -> Reason.TOO_MANY_PROCESSES;
            case Linux.EMFILE, Linux.ENFILE -> Reason.TOO_MANY_DESCRIPTORS;
            default -> Reason.OTHER;
        };
    }

    private static String words(int errno) {
        return WORDS.getOrDefault(errno, Linux.describe(errno));
    }

    /** Reads the program named behind {@code #!}, or null if there is none. */
    private static @Nullable String interpreter(Path program) {
        try (InputStream in = Files.newInputStream(program)) {
            String start = new String(in.readNBytes(MAX_INTERPRETER_LINE), StandardCharsets.UTF_8);
            String line = start.lines().findFirst().orElse("");
            String[] words = line.startsWith("#!") ? line.substring(2).strip().split("\\s+", 2) : new String[0];
            return words.length == 0 || words[0].isEmpty() ? null : words[0];
        } catch (IOException unreadable) {
            return null;
        }
    }

    private static ProcessStartException failure(Reason reason, String message) {
        return new ProcessStartException(reason, "cannot start " + message, null);
    }
}
