// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.ResourceScene.ID;
import static io.runflux.orchestrator.ResourceScene.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.runflux.events.ContainerId;
import io.runflux.orchestrator.Resource.Bundle;
import io.runflux.orchestrator.Resource.NetNs;
import io.runflux.orchestrator.Resource.RegularFile;
import io.runflux.runtime.CommandFailedException;
import io.runflux.runtime.DeleteOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What is done with records that others have left. */
class ResourceSweepTest {
    private static final Path NAMESPACE =
            ResourceOptions.defaults().namespaceDirectory().resolve("c1-x");

    private ResourceScene scene;
    private ResourceOwner self;
    private ResourceOwner dead;

    @BeforeEach
    void setScene(@TempDir Path directory) throws IOException {
        scene = new ResourceScene(directory);
        self = ResourceOwner.current();
        dead = new ResourceOwner(self.pid(), self.startTime() - 1, self.pidNamespace(), self.bootId());
    }

    private static ResourceRecord record(ResourceOwner owner, Resource... resources) {
        return new ResourceRecord(ID, "fake", owner, List.of(resources));
    }

    private Path leaveFile(ResourceOwner owner) throws IOException {
        Path file = Files.createFile(scene.root().resolve("f"));
        scene.leave("c1@r", record(owner, new RegularFile(file), new NetNs(NAMESPACE)));
        return file;
    }

    private void assertReleased(Path file) {
        SweepReport report = scene.sweep();

        assertThat(report.errors()).isEmpty();
        assertThat(report.released()).containsExactly(ID);
        assertThat(report.left()).isEmpty();
        assertThat(file).doesNotExist();
        assertThat(scene.log()).containsExactly("state", "remove namespace");
        assertThat(scene.records()).isEmpty();
    }

    @Test
    void sweep_pidWasTakenByAnother_releases() throws IOException {
        assertReleased(leaveFile(dead));
    }

    @Test
    void sweep_noSuchProcess_releases() throws IOException {
        assertReleased(leaveFile(new ResourceOwner(Integer.MAX_VALUE, 1, self.pidNamespace(), self.bootId())));
    }

    @Test
    void sweep_anotherBoot_releases() throws IOException {
        assertReleased(leaveFile(new ResourceOwner(
                self.pid(),
                self.startTime(),
                self.pidNamespace(),
                UUID.randomUUID().toString())));
    }

    /** Its number says nothing here. */
    @Test
    void sweep_ownerIsOfAnotherPidNamespace_leavesItAlone() throws IOException {
        assertLeft(leaveFile(new ResourceOwner(Integer.MAX_VALUE, 1, "pid:[1]", self.bootId())));
    }

    @Test
    void sweep_anotherBootAndPidNamespace_releases() throws IOException {
        assertReleased(
                leaveFile(new ResourceOwner(1, 1, "pid:[1]", UUID.randomUUID().toString())));
    }

    /** Keepers may be set up otherwise than they were. */
    @Test
    void sweep_namespaceOfAnotherDirectory_isNotForgotten() throws IOException {
        scene.leave("c1@r", record(dead, new NetNs(Path.of("/other/c1-x"))));

        assertThat(scene.sweep().errors())
                .singleElement()
                .asString()
                .contains("/other", "must be among those of " + NAMESPACE.getParent());

        assertThat(scene.onlyRecord()).contains("/other/c1-x");
    }

    @Test
    void sweep_ownerIsAlive_leavesItAlone() throws IOException {
        assertLeft(leaveFile(self));
    }

    private void assertLeft(Path file) {
        assertThat(scene.sweep()).isEqualTo(new SweepReport(List.of(), List.of(ID), List.of()));

        assertThat(file).exists();
        assertThat(scene.log()).isEmpty();
        assertThat(scene.records()).hasSize(1);
    }

    @Test
    void sweep_containerIsThere_leavesItUntilItIsDeleted() throws IOException {
        Path file = leaveFile(dead);
        scene.runtime().addContainer(ID, Path.of("/bundle"), Instant.now());

        assertThat(scene.sweep().left()).containsExactly(ID);
        assertThat(file).exists();
        scene.runtime().delete(ID, DeleteOptions.defaults()).block(LIMIT);
        SweepReport other = scene.keeper()
                .sweep(scene.runtime(), ContainerId.of("c2"))
                .blockOptional(LIMIT)
                .orElseThrow();
        assertThat(other.released()).isEmpty();
        SweepReport asked =
                scene.keeper().sweep(scene.runtime(), ID).blockOptional(LIMIT).orElseThrow();

        assertThat(asked.released()).containsExactly(ID);
        assertThat(file).doesNotExist();
    }

    @Test
    void sweep_containerOfAnotherRuntime_isNotLookedAt() throws IOException {
        scene.leave("c1@r", new ResourceRecord(ID, "runc", dead, List.of(new NetNs(NAMESPACE))));

        assertThat(scene.sweep()).isEqualTo(new SweepReport(List.of(), List.of(), List.of()));

        assertThat(scene.log()).isEmpty();
        assertThat(scene.records()).hasSize(1);
    }

    @Test
    void sweep_stateCannotBeAsked_leavesItAndTellsWhy() throws IOException {
        Path file = leaveFile(dead);
        scene.runtime().before("state", Mono.error(new CommandFailedException("no luck", null, null)));

        SweepReport report = scene.sweep();

        assertThat(report.errors())
                .hasOnlyElementsOfType(CommandFailedException.class)
                .hasSize(1);
        assertThat(file).exists();
    }

    @Test
    void sweep_releaseFails_tellsItAndTheNextOneGoesOn() throws IOException {
        Path file = leaveFile(dead);
        scene.networks().failing("remove namespace");

        assertThat(scene.sweep().errors())
                .hasOnlyElementsOfType(ResourceReleaseException.class)
                .hasSize(1);
        assertThat(file).doesNotExist();
        assertThat(scene.onlyRecord())
                .contains("network-namespace", "\"startTime\":\"" + dead.startTime() + "\"")
                .doesNotContain("\"file\"");
        scene.networks().before("remove namespace", Mono.empty());

        assertThat(scene.sweep().released()).containsExactly(ID);
        assertThat(scene.records()).isEmpty();
    }

    /** Its JVM goes on, and nobody there has it in hands any more. */
    @Test
    void sweep_releaseFailedInThisJvm_isTriedAgain() {
        Resources resources = scene.open();
        scene.attach(resources, "one");
        scene.networks().failing("detach one");
        StepVerifier.create(resources.release(ReleaseScope.ALL))
                .expectError(ResourceReleaseException.class)
                .verify(LIMIT);
        scene.networks().before("detach one", Mono.empty());

        assertThat(scene.sweep()).isEqualTo(new SweepReport(List.of(ID), List.of(), List.of()));

        assertThat(scene.networks().attached()).isEmpty();
        assertThat(scene.records()).isEmpty();
        resources.release(ReleaseScope.ALL).block(LIMIT);
    }

    @Test
    void sweep_bundleWithAFullDirectory_removesAllElse() throws IOException {
        Path bundle = Files.createDirectory(scene.root().resolve(Bundle.PREFIX + UUID.randomUUID()));
        for (String directory : List.of("a", "m", "z")) {
            Files.createFile(Files.createDirectory(bundle.resolve(directory)).resolve("full"));
        }
        for (int i = 0; i < 20; i++) {
            Files.createFile(bundle.resolve("file" + i));
        }
        scene.leave("c1@r", record(dead, new Bundle(bundle)));

        assertThat(scene.sweep().errors()).isEmpty();

        assertThat(bundle.toFile().list()).containsExactlyInAnyOrder("a", "m", "z");
    }

    @Test
    void sweep_truncatedRecord_isToldAndDoesNotHinderOthers() throws IOException {
        Path file = leaveFile(dead);
        scene.leave("a", record(dead));
        Path truncated = scene.state().resolve("a.json");
        Files.writeString(truncated, Files.readString(truncated).substring(0, 40));

        SweepReport report = scene.sweep();

        assertThat(report.errors()).singleElement().asString().contains(truncated.toString(), "is left alone");
        assertThat(report.released()).containsExactly(ID);
        assertThat(file).doesNotExist();
        assertThat(truncated).exists();
    }

    @Test
    void sweep_fileOutsideOfTheRoots_isNotTouched(@TempDir Path elsewhere) throws IOException {
        Path others = Files.createFile(elsewhere.toRealPath().resolve("f"));
        scene.leave("c1@r", record(dead, new RegularFile(others)));

        assertThat(scene.sweep().errors())
                .singleElement()
                .asString()
                .contains("must be below one of the roots of resources");

        assertThat(others).exists();
        assertThat(scene.records()).hasSize(1);
    }

    @Test
    void sweep_bundleWithMountPointsInItsRoot_removesThemUnlessOneIsFull() throws IOException {
        Path empty = Files.createDirectory(scene.root().resolve(Bundle.PREFIX + UUID.randomUUID()));
        Files.createDirectories(empty.resolve("rootfs/proc"));
        Files.createDirectories(empty.resolve("rootfs/dev"));
        Path full = Files.createDirectory(scene.root().resolve(Bundle.PREFIX + UUID.randomUUID()));
        Files.createDirectories(full.resolve("rootfs/dev/pts"));
        scene.leave("c1@r", record(dead, new Bundle(empty)));
        scene.leave("c2@r", record(dead, new Bundle(full)));

        assertThat(scene.sweep().errors()).isEmpty();

        assertThat(empty).doesNotExist();
        assertThat(full.resolve("rootfs/dev/pts")).isDirectory();
    }

    @Test
    void sweep_bundleIsALink_isNotTouched(@TempDir Path elsewhere) throws IOException {
        Path others = Files.createFile(elsewhere.resolve("config.json"));
        Path bundle = scene.root().resolve(Bundle.PREFIX + UUID.randomUUID());
        Files.createSymbolicLink(bundle, elsewhere);
        scene.leave("c1@r", record(dead, new Bundle(bundle)));

        assertThat(scene.sweep().errors()).singleElement().asString().contains("is no bundle of this user");

        assertThat(others).exists();
    }

    @Test
    void sweep_recordOfOthersMaking_isNotBelieved() throws IOException {
        Path file = leaveFile(dead);
        Path record = scene.records().get(0);
        Files.setPosixFilePermissions(record, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(scene.sweep().errors()).singleElement().asString().contains("with mode 0600");

        Path moved = Files.move(record, scene.root().resolve("moved"));
        Files.setPosixFilePermissions(moved, PosixFilePermissions.fromString("rw-------"));
        Files.createSymbolicLink(record, moved);
        assertThat(scene.sweep().errors()).singleElement().asString().contains("must be a regular file of this user");

        assertThat(file).exists();
    }

    @Test
    void sweep_othersMayWriteRecords_readsNone() throws IOException {
        Path file = leaveFile(dead);
        Files.setPosixFilePermissions(scene.state(), PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThat(scene.sweep().errors()).singleElement().asString().contains("with mode 0700, and no link");

        assertThat(file).exists();
    }

    @Test
    void sweep_recordDirectoryIsALink_readsNone() throws IOException {
        Path file = leaveFile(dead);
        Files.move(scene.state(), scene.root().resolve("moved"));
        Files.createSymbolicLink(scene.state(), scene.root().resolve("moved"));

        assertThat(scene.sweep().errors()).hasSize(1);

        assertThat(file).exists();
    }

    @Test
    void sweep_unfinishedRecords_areRemovedWhenTheyAreOld() throws IOException {
        leaveFile(self);
        Path old = Files.createFile(scene.state().resolve(".old.part"));
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        Path young = Files.createFile(scene.state().resolve(".young.part"));

        assertThat(scene.sweep().errors()).isEmpty();

        assertThat(old).doesNotExist();
        assertThat(young).exists();
    }

    @Test
    void sweep_nothingWasEverWritten_findsNothing() {
        assertThat(scene.sweep()).isEqualTo(new SweepReport(List.of(), List.of(), List.of()));
    }
}
