// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.runflux.process.ProcessStartException.Reason;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Starts a JDK process after a specification, or says what it cannot do. Blocks. */
final class JdkStart {
    private static final Pattern ERRNO = Pattern.compile("error[=:] ?(\\d+)");
    private static final String NO_DESCRIPTOR_LEFT = "Too many open files";
    private static final int EMFILE = 24;
    private static final int FILE_TYPE = 0170000;
    private static final int FIFO = 0010000;
    private static final File NULL_DEVICE = new File(File.separatorChar == '/' ? "/dev/null" : "NUL");

    private JdkStart() {}

    static Process start(ProcessSpec spec) {
        String unsupported = unsupported(spec);
        if (unsupported != null) {
            throw failure(Reason.NOT_SUPPORTED, spec, "the JDK has no means for " + unsupported, null);
        }
        Path program = StartDiagnosis.resolve(spec);
        try {
            return builder(spec, program).start();
        } catch (IOException e) {
            throw explain(spec, program, e);
        }
    }

    private static @Nullable String unsupported(ProcessSpec spec) {
        String stream = unsupportedStream(spec);
        return stream == null ? unsupportedSetting(spec) : stream;
    }

    private static @Nullable String unsupportedStream(ProcessSpec spec) {
        for (Map.Entry<Integer, Stdio> descriptor : spec.descriptors().entrySet()) {
            Stdio stdio = descriptor.getValue();
            if (descriptor.getKey() > 2 || stdio instanceof Stdio.DescriptorStdio) {
                return "descriptor " + descriptor.getKey() + " as " + stdio;
            }
            if (stdio instanceof Stdio.FileStdio file && isFifo(file.path())) {
                return "a FIFO as descriptor " + descriptor.getKey() + ", " + file.path();
            }
        }
        return null;
    }

    private static @Nullable String unsupportedSetting(ProcessSpec spec) {
        List<String> asked = new ArrayList<>();
        addIf(!spec.argv0().equals(spec.program()), "argv[0]", asked);
        addIf(spec.terminal() != null, "a terminal", asked);
        addIf(spec.rootDirectory() != null, "a root directory", asked);
        addIf(spec.group() != ProcessGroup.INHERIT, "process group " + spec.group(), asked);
        addIf(spec.parentDeathSignal() != null, "a parent-death signal", asked);
        addIf(spec.credentials() != null, "credentials", asked);
        addIf(spec.capabilities() != null, "capabilities", asked);
        addIf(!spec.limits().isEmpty(), "resource limits", asked);
        addIf(spec.umask() != null, "a umask", asked);
        addIf(spec.nice() != null, "a nice value", asked);
        addIf(!spec.processors().isEmpty(), "processors", asked);
        addIf(spec.noNewPrivileges(), "no-new-privileges", asked);
        return asked.isEmpty() ? null : String.join(", ", asked);
    }

    private static void addIf(boolean isAsked, String setting, List<String> asked) {
        if (isAsked) {
            asked.add(setting);
        }
    }

    /** The JDK would wait for its other end. */
    private static boolean isFifo(Path file) {
        try {
            return Files.getAttribute(file, "unix:mode") instanceof Integer mode && (mode & FILE_TYPE) == FIFO;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException notThereOrNoUnix) {
            return false;
        }
    }

    private static ProcessBuilder builder(ProcessSpec spec, Path program) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(spec.arguments());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(redirect(spec, 0))
                .redirectOutput(redirect(spec, 1))
                .redirectError(redirect(spec, 2))
                .redirectErrorStream(spec.descriptors().get(2) == Stdio.toStdout());
        Path directory = spec.workingDirectory();
        if (directory != null) {
            builder.directory(directory.toFile());
        }
        if (!spec.inheritsEnvironment()) {
            builder.environment().clear();
        }
        builder.environment().putAll(spec.environment());
        return builder;
    }

    private static Redirect redirect(ProcessSpec spec, int number) {
        Stdio stdio = spec.descriptors().get(number);
        if (stdio instanceof Stdio.FileStdio file) {
            File target = file.path().toFile();
            return switch (file.mode()) {
                case READ -> Redirect.from(target);
                case WRITE -> Redirect.to(target);
                case APPEND -> Redirect.appendTo(target);
            };
        }
        if (stdio == Stdio.inherit()) {
            return Redirect.INHERIT;
        }
        boolean isPipe = stdio != Stdio.nullDevice();
        return isPipe ? Redirect.PIPE : number == 0 ? Redirect.from(NULL_DEVICE) : Redirect.DISCARD;
    }

    /** The JDK has the number only in its messages, and those in two spellings. */
    private static ProcessStartException explain(ProcessSpec spec, Path program, IOException error) {
        String message = String.valueOf(error.getMessage());
        Matcher errno = ERRNO.matcher(message);
        if (errno.find()) {
            return StartDiagnosis.explain(spec, program, Integer.parseInt(errno.group(1)));
        }
        if (message.contains(NO_DESCRIPTOR_LEFT)) {
            return StartDiagnosis.explain(spec, program, EMFILE);
        }
        boolean isFile = error.getCause() instanceof FileNotFoundException;
        String words = error.getCause() == null
                ? message
                : String.valueOf(error.getCause().getMessage());
        return failure(isFile ? Reason.STDIO_FILE : Reason.OTHER, spec, words, error);
    }

    private static ProcessStartException failure(
            Reason reason, ProcessSpec spec, String words, @Nullable Throwable cause) {
        return new ProcessStartException(reason, "cannot start " + spec.program() + ": " + words, cause);
    }
}
