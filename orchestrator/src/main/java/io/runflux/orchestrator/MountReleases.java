// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.orchestrator.Resource.Mount;
import io.runflux.orchestrator.Resource.SandboxMount;
import io.runflux.process.CaptureLimits;
import io.runflux.process.CapturedOutput;
import io.runflux.process.ProcessLauncher;
import io.runflux.process.ProcessSpec;
import io.runflux.process.Stdio;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * Unmounts what is mounted in the mount namespace of this JVM, and looks whether what is mounted elsewhere has gone.
 */
final class MountReleases {
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final Path PROC = Path.of("/proc");
    private static final Duration LIMIT = Duration.ofSeconds(10);
    /** The fifth field of a line of mountinfo. */
    private static final int MOUNT_POINT = 4;

    private final ProcessLauncher launcher;

    MountReleases(ProcessLauncher launcher) {
        this.launcher = launcher;
    }

    /** The kernel lists mounts by their real paths, so the path of one that is listed leads through no link. */
    Mono<Void> unmount(Mount mount) {
        return FileWork.call(() -> isMounted("self", mount.path()))
                .filter(isMounted -> isMounted)
                .flatMap(isMounted -> umount(mount.path()));
    }

    private Mono<Void> umount(Path target) {
        ProcessSpec spec = ProcessSpec.lookup("umount", PATH)
                .arguments("--no-canonicalize", "--", target.toString())
                .environment("PATH", PATH)
                .stdout(Stdio.nullDevice())
                .stderr(Stdio.pipe())
                .build();
        return launcher.using(spec, process -> process.capture(CaptureLimits.defaults())
                        .timeout(LIMIT, Mono.error(() -> new IOException("umount took longer than " + LIMIT))))
                .single()
                .flatMap(output -> output.status().isSuccess() ? Mono.empty() : Mono.error(() -> failed(output)));
    }

    private static IOException failed(CapturedOutput output) {
        return new IOException(
                "umount: " + output.status() + ": " + output.stderr().strip());
    }

    /** A process of that number in another namespace is a later one. */
    void checkGone(SandboxMount mount) throws IOException {
        Path link = PROC.resolve(mount.pid() + "/ns/mnt");
        try {
            boolean isSandbox = Files.readSymbolicLink(link).toString().equals(mount.namespace());
            if (isSandbox && isMounted(Integer.toString(mount.pid()), mount.path())) {
                throw new FileSystemException(
                        mount.path().toString(), null, "ends with its sandbox, which still runs, and not before");
            }
        } catch (NoSuchFileException gone) {
            // It ended with its sandbox.
        }
    }

    private static boolean isMounted(String process, Path target) throws IOException {
        String escaped = target.toString()
                .replace("\\", "\\134")
                .replace(" ", "\\040")
                .replace("\t", "\\011")
                .replace("\n", "\\012");
        return Files.readAllLines(PROC.resolve(process).resolve("mountinfo")).stream()
                .map(line -> line.split(" ", -1))
                .anyMatch(fields -> fields.length > MOUNT_POINT && fields[MOUNT_POINT].equals(escaped));
    }
}
