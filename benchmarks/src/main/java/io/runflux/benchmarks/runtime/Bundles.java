// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks.runtime;

import io.runflux.benchmarks.Programs;
import io.runflux.oci.OciJson;
import io.runflux.oci.Spec;
import io.runflux.oci.SpecDefaults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The bundles of all contenders. The programs have the same paths within the container as outside of it, since runc
 * looks for that of an exec in the root of the host where its own root was changed by chroot(2).
 *
 * @param directory where they lie
 * @param state where runtimes keep their state
 * @param exit the program that only exits
 * @param pause the program that waits for a signal
 */
record Bundles(Path directory, Path state, Path exit, Path pause) {
    static Bundles write(Programs programs) {
        Bundles bundles = new Bundles(
                programs.directory().resolve("bundles"), programs.state(), programs.exit(), programs.pause());
        bundles.write(bundles.exiting(), programs.exit());
        bundles.write(bundles.pausing(), programs.pause());
        return bundles;
    }

    /** Returns the bundle of a container that exits at once. */
    Path exiting() {
        return directory.resolve("exiting");
    }

    /** Returns the bundle of a container that goes on until it is killed. */
    Path pausing() {
        return directory.resolve("pausing");
    }

    /** Returns where a runtime keeps its state. */
    Path root(String contender) {
        return state.resolve(contender);
    }

    /** Returns a program under the name of another, which tells how it is spoken to. */
    Path alias(Path program, Path other) {
        Path link = directory.resolve(other.getFileName());
        try {
            return Files.isSymbolicLink(link) ? link : Files.createSymbolicLink(link, program);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(Path bundle, Path program) {
        Path rootfs = bundle.resolve("rootfs");
        try {
            for (Path each : List.of(exit, pause)) {
                Path inside = rootfs.resolve(Path.of("/").relativize(each));
                Files.createDirectories(inside.getParent());
                Files.copy(each, inside);
            }
            Spec spec = SpecDefaults.defaults().generate(rootfs, List.of(program.toString()));
            OciJson.write(bundle.resolve(Spec.FILE_NAME), spec);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
