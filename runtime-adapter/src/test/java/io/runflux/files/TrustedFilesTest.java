// SPDX-License-Identifier: Apache-2.0
package io.runflux.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedFilesTest {
    private static final int STRANGER = 4_711;
    private static final int STICKY_FOR_ALL = 01777;

    @TempDir
    Path parent = Path.of("/");

    private Path directory = Path.of("/");
    private Path file = Path.of("/");
    private TrustedFiles trusted = new TrustedFiles(0);

    @BeforeEach
    void createFile() throws IOException {
        parent = parent.toRealPath();
        directory = directory(parent.resolve("d"));
        file = file(directory.resolve("f"));
        trusted = TrustedFiles.ofThisUser();
    }

    @Test
    void check_ownFile_isTrusted() throws IOException {
        assertThat(trusted.checkFile(file)).isEqualTo(file);
        assertThat(trusted.checkDirectory(directory)).isEqualTo(directory);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw--w----", "rw-----w-", "rw-rw-rw-"})
    void check_writableFile_isRefusedWithItsMode(String mode) throws IOException {
        mode(file, mode);

        assertRefused(file, "'" + file + "' must be writable by its owner alone, has mode " + octal(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwx-w----", "rwx----w-"})
    void check_writableDirectory_isRefusedItselfAndAboveAFile(String mode) throws IOException {
        mode(directory, mode);
        String why = "'" + directory + "' must be writable by its owner alone, has mode " + octal(directory);

        assertRefused(file, why);
        assertThatThrownBy(() -> trusted.checkDirectory(directory))
                .satisfies(
                        error -> assertThat(FileErrors.why((IOException) error)).isEqualTo(why));
    }

    @Test
    void check_stickyDirectory_isTrustedAboveOthersAlone() throws IOException {
        Files.setAttribute(directory, "unix:mode", STICKY_FOR_ALL);

        assertThat(trusted.checkFile(file)).isEqualTo(file);
        assertThatThrownBy(() -> trusted.checkDirectory(directory))
                .hasMessageContaining("must be writable by its owner alone, has mode 1777");
    }

    @Test
    void check_stickyFile_isRefused() throws IOException {
        Files.setAttribute(file, "unix:mode", STICKY_FOR_ALL);

        assertRefused(file, "'" + file + "' must be writable by its owner alone, has mode 1777");
    }

    @Test
    void check_foreignFile_isRefusedWithItsOwner() throws IOException {
        giveAway(file);

        assertRefused(file, "'" + file + "' must belong to root, belongs to user 4711");
    }

    @Test
    void check_foreignDirectory_isRefused() throws IOException {
        giveAway(directory);

        assertRefused(file, "'" + directory + "' must belong to root, belongs to user 4711");
    }

    @Test
    void check_fileOfTheTrustedUser_isTrustedAndThatOfAnotherIsNot() throws IOException {
        giveAway(file);

        assertThat(new TrustedFiles(STRANGER).checkFile(file)).isEqualTo(file);
        assertThatThrownBy(() -> new TrustedFiles(STRANGER + 1).checkFile(file))
                .hasMessageContaining("must belong to root or user 4712, belongs to user 4711");
    }

    @Test
    void check_links_areFollowed() throws IOException {
        Path relative = Files.createSymbolicLink(directory.resolve("relative"), Path.of("../d/./f"));
        Path absolute = Files.createSymbolicLink(parent.resolve("absolute"), relative);
        Path way = Files.createSymbolicLink(parent.resolve("way"), directory);

        assertThat(trusted.checkFile(relative)).isEqualTo(file);
        assertThat(trusted.checkFile(absolute)).isEqualTo(file);
        assertThat(trusted.checkFile(way.resolve("f"))).isEqualTo(file);
        assertThat(trusted.checkDirectory(way)).isEqualTo(directory);
        assertThat(trusted.checkFile(way.resolve("../d/f"))).isEqualTo(file);
    }

    @Test
    void check_linkToARefusedFile_isRefused() throws IOException {
        Path link = Files.createSymbolicLink(parent.resolve("link"), file);
        mode(file, "rw-rw-rw-");

        assertRefused(link, "'" + file + "' must be writable by its owner alone, has mode 0666");
    }

    @Test
    void check_linkThroughAnOpenDirectory_isRefusedThoughItsEndIsTrusted() throws IOException {
        Path open = directory(parent.resolve("open"));
        Path second = Files.createSymbolicLink(open.resolve("second"), file);
        Path first = Files.createSymbolicLink(parent.resolve("first"), second);
        mode(open, "rwxrwxrwx");

        assertRefused(first, "'" + open + "' must be writable by its owner alone, has mode 0777");
    }

    @Test
    void check_linkOfAStranger_isRefusedInAStickyDirectory() throws IOException {
        Path sticky = directory(parent.resolve("sticky"));
        Path link = Files.createSymbolicLink(sticky.resolve("link"), file);
        Files.setAttribute(sticky, "unix:mode", STICKY_FOR_ALL);
        assertThat(trusted.checkFile(link)).isEqualTo(file);

        giveAway(link);

        assertRefused(link, "'" + link + "' must belong to root, belongs to user 4711");
    }

    @Test
    void check_loop_isRefused() throws IOException {
        Path link = Files.createSymbolicLink(parent.resolve("loop"), Path.of("loop"));

        assertRefused(link, "'" + link + "' must lead through at most 40 symbolic links");
    }

    @Test
    void check_otherKinds_areRefused() {
        assertRefused(directory, "'" + directory + "' must be a regular file");
        assertThatThrownBy(() -> trusted.checkDirectory(file)).hasMessageContaining("must be a directory");
    }

    @Test
    void check_missing_saysWhatIsMissing() throws IOException {
        Path link = Files.createSymbolicLink(parent.resolve("link"), parent.resolve("none/f"));

        assertThatThrownBy(() -> trusted.checkFile(link))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(parent.resolve("none").toString());
    }

    @Test
    void check_root_hasNoWayAboveIt() throws IOException {
        assertThat(trusted.checkDirectory(Path.of("/.."))).isEqualTo(Path.of("/"));
    }

    private void assertRefused(Path path, String why) {
        assertThatThrownBy(() -> trusted.checkFile(path)).isInstanceOfSatisfying(FileSystemException.class, error -> {
            assertThat(FileErrors.why(error)).isEqualTo(why);
        });
    }

    private static void giveAway(Path path) throws IOException {
        boolean isRoot = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
        assumeTrue(isRoot, "only root can give a file away");
        Files.setAttribute(path, "unix:uid", STRANGER, LinkOption.NOFOLLOW_LINKS);
    }

    private static Path directory(Path path) throws IOException {
        Files.createDirectory(path);
        mode(path, "rwxr-xr-x");
        return path;
    }

    private static Path file(Path path) throws IOException {
        Files.createFile(path);
        mode(path, "rw-r--r--");
        return path;
    }

    private static String octal(Path path) throws IOException {
        return String.format("%04o", (Integer) Files.getAttribute(path, "unix:mode") & 07777);
    }

    private static void mode(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }
}
