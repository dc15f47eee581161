// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The command line's classes as a JVM has them once they are loaded: each start of a test takes a third less of the
 * processor with them. Made once in each test JVM that starts more than a few, which takes as long as several starts,
 * and deleted at its end.
 */
final class CliArchive {
    private static final List<String> FAST =
            List.of("-XX:TieredStopAtLevel=1", "-XX:CompileThresholdScaling=3", "-XX:+UseSerialGC");
    private static final String NATIVE = "--enable-native-access=ALL-UNNAMED";
    private static final int FEW = 4;
    private static final AtomicInteger STARTS = new AtomicInteger();

    private final List<String> options = new ArrayList<>(FAST);

    private CliArchive(String classPath) {
        if (Runtime.version().feature() > 21) {
            options.add(NATIVE);
        }
        options.addAll(List.of("-cp", classPath));
    }

    /** The options of a start, the class path among them. */
    static List<String> options() {
        return STARTS.getAndIncrement() < FEW ? new CliArchive(classPath()).options : Made.INSTANCE.options;
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private static CliArchive make() {
        String classPath = classPath();
        try {
            Path directory = Files.createTempDirectory("cli-archive");
            directory.toFile().deleteOnExit();
            CliArchive made = new CliArchive(packed(directory, classPath));
            made.learn(directory.resolve("classes.jsa"));
            return made;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("cannot pack " + classPath, e);
        }
    }

    /** An archive has classes of jars alone. */
    private static String packed(Path directory, String classPath) throws IOException {
        List<String> jars = new ArrayList<>();
        for (String element : classPath.split(File.pathSeparator, -1)) {
            Path path = Path.of(element);
            jars.add(Files.isDirectory(path) ? pack(path, directory.resolve(jars.size() + ".jar")) : element);
        }
        return jars.stream().collect(Collectors.joining(File.pathSeparator));
    }

    private static String pack(Path classes, Path jar) throws IOException {
        jar.toFile().deleteOnExit();
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                Stream<Path> found = Files.walk(classes)) {
            for (Path path : found.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(path).toString()));
                Files.copy(path, out);
                out.closeEntry();
            }
        }
        return jar.toString();
    }

    /** Without an archive a start is slower, and as good. */
    private void learn(Path archive) throws IOException, InterruptedException {
        archive.toFile().deleteOnExit();
        Path state = archive.resolveSibling("state");
        List<String> command = new ArrayList<>(List.of(java(), "-XX:ArchiveClassesAtExit=" + archive));
        command.addAll(options);
        command.addAll(List.of(Runflux.class.getName(), "run", "--runtime", "host", "--rootfs", "/"));
        command.addAll(List.of("--root", state.toString(), "true"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        boolean hasEnded = process.waitFor(CliProcess.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        process.destroyForcibly();
        delete(state);
        if (hasEnded && Files.exists(archive)) {
            options.addAll(0, List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds*=off"));
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> found = Files.walk(directory)) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static final class Made {
        static final CliArchive INSTANCE = make();
    }
}
