// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.ResourceScene.ID;
import static io.runflux.orchestrator.ResourceScene.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.runflux.network.CniAttachment;
import io.runflux.network.NetworkNamespace;
import io.runflux.network.PortMapping;
import io.runflux.orchestrator.Resource.Bundle;
import io.runflux.orchestrator.Resource.Directory;
import io.runflux.orchestrator.Resource.Fifo;
import io.runflux.orchestrator.Resource.Mount;
import io.runflux.orchestrator.Resource.NetNs;
import io.runflux.orchestrator.Resource.NetworkAttachment;
import io.runflux.orchestrator.Resource.RegularFile;
import io.runflux.orchestrator.Resource.SandboxMount;
import io.runflux.orchestrator.Resource.Socket;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class ResourcesTest {
    private static final Path BUNDLE = Path.of("/b/runflux-bundle-00000000-0000-0000-0000-000000000000");

    private ResourceScene scene;
    private Resources resources;

    @BeforeEach
    void setScene(@TempDir Path directory) throws IOException {
        scene = new ResourceScene(directory);
        resources = scene.open();
    }

    private ResourceReleaseException releaseFails(ReleaseScope scope) {
        return Objects.requireNonNull(catchThrowableOfType(
                ResourceReleaseException.class, () -> resources.release(scope).block(LIMIT)));
    }

    private void release() {
        resources.release(ReleaseScope.ALL).block(LIMIT);
    }

    @Test
    void acquire_beforeItBegins_isWrittenDownForThisUserAlone() {
        Path file = scene.root().resolve("f");
        List<String> seen = resources
                .acquire(
                        new RegularFile(file),
                        Mono.fromCallable(() ->
                                List.of(scene.onlyRecord(), mode(scene.records().get(0)), mode(scene.state()))))
                .blockOptional(LIMIT)
                .orElseThrow();

        assertThat(seen.get(0))
                .contains("\"container\":\"c1\"", "\"runtime\":\"fake\"", file.toString(), "\"bootId\":\"")
                .contains("\"pid\":" + ProcessHandle.current().pid() + ",");
        assertThat(seen.subList(1, 3)).containsExactly("rw-------", "rwx------");
        assertThat(scene.records()).hasSize(1);
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void open_nothingAcquired_writesNothing() {
        release();

        assertThat(scene.records()).isEmpty();
        assertThat(scene.log()).isEmpty();
    }

    @Test
    void release_all_isInReverseAndForgets() {
        Path file = scene.hold(resources, "f");
        NetworkNamespace made = resources.createNetNs().blockOptional(LIMIT).orElseThrow();
        scene.attach(resources, "one");
        scene.attach(resources, "two");
        assertThat(resources.netNs()).isEqualTo(made);
        assertThat(made.name()).matches("c1-[0-9a-f]{12}");
        assertThat(resources.held()).hasSize(4);

        release();

        assertThat(scene.log())
                .containsExactly(
                        "create namespace", "attach one", "attach two", "detach two", "detach one", "remove namespace");
        assertThat(file).doesNotExist();
        assertThat(resources.held()).isEmpty();
        assertThat(scene.records()).isEmpty();
    }

    @Test
    void release_someFail_releasesTheRestAndTellsAllInOrder() {
        Path file = scene.hold(resources, "f");
        scene.attach(resources, "one");
        scene.attach(resources, "two");
        scene.attach(resources, "three");
        scene.networks().failing("detach one").failing("detach three");

        ResourceReleaseException error = releaseFails(ReleaseScope.ALL);

        assertThat(error)
                .hasMessage("container c1 still holds network three at interface three: detach three went wrong;"
                        + " network one at interface one: detach one went wrong");
        assertThat(error.errors())
                .extracting(Throwable::getMessage)
                .containsExactly("detach three went wrong", "detach one went wrong");
        assertThat(file).doesNotExist();
        assertThat(scene.onlyRecord())
                .contains("\"interface\":\"one\"", "\"three\"")
                .doesNotContain("\"two\"", file.toString());
    }

    @Test
    void release_again_triesOnlyWhatIsLeft() {
        scene.attach(resources, "one");
        scene.attach(resources, "two");
        scene.networks().failing("detach one");
        releaseFails(ReleaseScope.ALL);
        scene.networks().before("detach one", Mono.empty());

        release();
        release();

        assertThat(scene.log()).containsExactly("attach one", "attach two", "detach two", "detach one", "detach one");
        assertThat(scene.records()).isEmpty();
    }

    @Test
    void release_attachmentStays_keepsItsNamespace() {
        resources.createNetNs().block(LIMIT);
        scene.attach(resources, "one");
        scene.networks().failing("detach one");

        assertThat(releaseFails(ReleaseScope.ALL).errors()).hasSize(1);
        assertThat(scene.log()).doesNotContain("remove namespace");
        scene.networks().before("detach one", Mono.empty());
        release();

        assertThat(scene.log()).endsWith("detach one", "remove namespace");
    }

    @Test
    void release_neverAcquiredOrGone_isReleased() throws IOException {
        Files.delete(scene.hold(resources, "gone"));
        Path missing = scene.root().resolve("a/b/c");
        resources
                .acquire(new RegularFile(missing), Mono.error(new IOException("no luck")))
                .onErrorComplete(IOException.class)
                .block(LIMIT);

        release();

        assertThat(resources.held()).isEmpty();
    }

    @Test
    void release_kindsOnDisk_areRemoved() throws IOException {
        Path directory = scene.root().resolve("d");
        resources
                .acquire(new Directory(directory), FileWork.call(() -> Files.createDirectory(directory)))
                .block(LIMIT);
        Path socket = directory.resolve("s");
        resources.acquire(new Socket(socket), FileWork.call(() -> bind(socket))).block(LIMIT);

        release();

        assertThat(directory).doesNotExist();
    }

    private static boolean bind(Path socket) throws IOException {
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(socket));
            return true;
        }
    }

    @Test
    void release_somethingElseInItsPlace_isLeftAlone() throws IOException {
        Path file = scene.hold(resources, "f");
        Path target = Files.createFile(scene.root().resolve("target"));
        Files.delete(file);
        Files.createSymbolicLink(file, target);

        assertThat(releaseFails(ReleaseScope.ALL)).hasMessageContaining("is not what was held");

        assertThat(file).isSymbolicLink();
        assertThat(target).exists();
    }

    @Test
    void release_linkOnTheWay_isNotFollowed(@TempDir Path elsewhere) throws IOException {
        Path directory = Files.createDirectory(scene.root().resolve("d"));
        scene.hold(resources, "d/f");
        Path others = Files.createFile(elsewhere.resolve("f"));
        Files.delete(directory.resolve("f"));
        Files.delete(directory);
        Files.createSymbolicLink(directory, elsewhere);

        releaseFails(ReleaseScope.ALL);

        assertThat(others).exists();
    }

    @Test
    void release_directoryIsNotEmpty_stays() throws IOException {
        Path directory = scene.root().resolve("d");
        resources
                .acquire(new Directory(directory), FileWork.call(() -> Files.createDirectory(directory)))
                .block(LIMIT);
        Path others = Files.createFile(directory.resolve("f"));

        assertThat(releaseFails(ReleaseScope.ALL).errors()).hasSize(1);

        assertThat(others).exists();
        assertThat(resources.held()).containsExactly(new Directory(directory));
    }

    @Test
    void acquire_somebodyElsesFile_isRefusedAndKept() throws IOException {
        Path file = Files.createFile(scene.root().resolve("f"));

        StepVerifier.create(resources.acquire(new RegularFile(file), Mono.error(new AssertionError("not begun"))))
                .expectError(FileAlreadyExistsException.class)
                .verify(LIMIT);
        release();

        assertThat(file).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/passwd", "/x"})
    void acquire_outsideOfTheRoots_isRefused(String path) {
        assertThatThrownBy(() -> resources.acquire(new RegularFile(Path.of(path)), Mono.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be below one of the roots");
    }

    @ParameterizedTest
    @ValueSource(strings = {"relative", "/a/../b", "/a/./b"})
    void resource_pathWithDots_isRefused(String path) {
        assertThatThrownBy(() -> new RegularFile(Path.of(path)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("was '" + path + "'");
        assertThatThrownBy(() -> new Bundle(Path.of("/etc"))).hasMessageContaining("was '/etc'");
    }

    @Test
    void acquire_afterRelease_isRefused() {
        scene.hold(resources, "f");
        release();

        StepVerifier.create(resources.createNetNs())
                .expectErrorMatches(e -> e instanceof IllegalStateException
                        && String.valueOf(e.getMessage()).endsWith("comes too late, all was released"))
                .verify(LIMIT);
    }

    /** It could not be read again. */
    @Test
    void acquire_recordWouldBeTooLong_isNotBegun() {
        CniAttachment attachment =
                CniAttachment.of(ID, Path.of("/fake/netns/x")).withArguments(Map.of("A", "x".repeat(5 << 20)));

        StepVerifier.create(resources.attach(FakeNetworks.network("one"), attachment))
                .expectErrorMatches(e -> e instanceof IOException
                        && String.valueOf(e.getMessage()).contains("at most"))
                .verify(LIMIT);

        assertThat(scene.log()).isEmpty();
        assertThat(scene.records()).isEmpty();
    }

    @Test
    void acquire_twice_isRefused() {
        Path file = scene.hold(resources, "f");

        StepVerifier.create(resources.acquire(new RegularFile(file), Mono.empty()))
                .expectError(IllegalStateException.class)
                .verify(LIMIT);
    }

    @Test
    void release_acquisitionWasCancelled_waitsForItsEnd() {
        Sinks.Empty<Void> isAttached = Sinks.empty();
        scene.networks().before("attach one", isAttached.asMono());
        Mono<?> acquisition =
                resources.attach(FakeNetworks.network("one"), CniAttachment.of(ID, Path.of("/fake/netns/x")));
        StepVerifier.create(acquisition)
                .expectSubscription()
                .then(() -> StepVerifier.create(Mono.fromCallable(scene::log)
                                .filter(log -> log.contains("attach one"))
                                .repeatWhenEmpty(polls -> polls.delayElements(Duration.ofMillis(1))))
                        .expectNextCount(1)
                        .expectComplete()
                        .verify(LIMIT))
                .thenCancel()
                .verify(LIMIT);

        StepVerifier.create(resources.release(ReleaseScope.ALL))
                .expectSubscription()
                .then(() -> assertThat(scene.log()).containsExactly("attach one"))
                .then(isAttached::tryEmitEmpty)
                .expectComplete()
                .verify(LIMIT);

        assertThat(scene.log()).containsExactly("attach one", "detach one");
        assertThat(scene.networks().attached()).isEmpty();
    }

    @Test
    void release_mountInALivingSandbox_isAnErrorOrForgotten() throws IOException {
        int self = (int) ProcessHandle.current().pid();
        String namespace = Files.readSymbolicLink(Path.of("/proc/self/ns/mnt")).toString();
        SandboxMount living = new SandboxMount(Path.of("/proc"), self, namespace);
        SandboxMount unmounted = new SandboxMount(Path.of("/no/such"), self, namespace);
        SandboxMount dead = new SandboxMount(Path.of("/proc"), self, "mnt:[1]");
        for (Resource mount : List.of(living, unmounted, dead)) {
            resources.acquire(mount, Mono.empty()).block(LIMIT);
        }

        assertThat(releaseFails(ReleaseScope.ALL)).hasMessageContaining("ends with its sandbox, which still runs");
        assertThat(resources.held()).containsExactly(living);
        resources.release(ReleaseScope.OUTLIVING_SANDBOX).block(LIMIT);

        assertThat(resources.held()).isEmpty();
        assertThat(scene.records()).isEmpty();
    }

    static Stream<Resource> kinds() {
        CniAttachment attachment = CniAttachment.of(ID, Path.of("/run/netns/x"))
                .withArguments(Map.of("A", "b"))
                .withPortMappings(List.of(PortMapping.tcp(80, 8080)));
        return Stream.of(
                new Bundle(BUNDLE),
                new Directory(Path.of("/a b")),
                new RegularFile(Path.of("/a")),
                new Fifo(Path.of("/a")),
                new Socket(Path.of("/a")),
                new Mount(Path.of("/a")),
                new SandboxMount(Path.of("/a"), 7, "mnt:[1]"),
                new NetNs(Path.of("/run/netns/c1-x")),
                new NetworkAttachment(FakeNetworks.network("net"), attachment));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void record_ofEachKind_isReadAsItWasWritten(Resource resource) {
        ResourceRecord record =
                new ResourceRecord(ID, "runc", new ResourceOwner(1, 1L << 40, "pid:[1]", "boot"), List.of(resource));

        assertThat(ResourceRecord.parse(record.toJson())).isEqualTo(record);
    }
}
