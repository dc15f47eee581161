// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.Scene.ID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.events.ExitStatus;
import io.runflux.network.CniAttachment;
import io.runflux.network.NetworkException;
import io.runflux.network.PortMapping;
import io.runflux.oci.LinuxNamespace;
import io.runflux.oci.OciJson;
import io.runflux.oci.Spec;
import io.runflux.oci.SpecDefaults;
import io.runflux.runtime.CommandFailedException;
import io.runflux.runtime.DeleteOptions;
import io.runflux.runtime.NotSupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Runs of a fake runtime on fake networks. */
class RunNetworksTest {
    private static final Spec SPEC = SpecDefaults.defaults().generate(Path.of("/rootfs"), List.of("true"));
    private static final ContainerNetworks TWO =
            ContainerNetworks.of(FakeNetworks.network("one"), FakeNetworks.network("two"));

    private final Scene scene = new Scene();
    private final FakeNetworks networks = new FakeNetworks(scene::note);
    private final List<Spec> created = new CopyOnWriteArrayList<>();

    @TempDir
    private Path directory;

    private Path bundles;
    private Path records;

    @BeforeEach
    void makeDirectories() {
        bundles = Remains.newDirectory(directory, "bundles");
        records = directory.resolve("records");
        scene.runtime()
                .lookingAtBundle(bundle -> created.add(OciJson.read(bundle.resolve(Spec.FILE_NAME), Spec.class)));
    }

    @AfterEach
    void close() {
        scene.close();
    }

    private Orchestrator orchestrator(ResourceOptions options) {
        return scene.builder()
                .bundleDirectory(bundles)
                .resources(launcher -> ResourceKeeper.of(launcher, options, networks, networks))
                .build();
    }

    private Orchestrator orchestrator() {
        return orchestrator(ResourceOptions.defaults().withStateDirectory(records));
    }

    private static RunRequest request(Spec spec) {
        return RunRequest.spec(ID, spec).withNetworks(TWO);
    }

    private void exitsAtOnce() {
        scene.runtime().after("start", Mono.fromRunnable(() -> scene.runtime().end(ID, ExitStatus.exited(0))));
    }

    private void run(RunRequest request) {
        StepVerifier.create(orchestrator().run(request))
                .expectNextCount(1)
                .expectComplete()
                .verify(AT_ONCE);
    }

    private <E extends Throwable> void runFails(RunRequest request, Class<E> error) {
        StepVerifier.create(orchestrator().run(request)).expectError(error).verify(AT_ONCE);
    }

    private List<String> left() {
        return Stream.of(bundles, records).flatMap(Remains::files).toList();
    }

    private List<String> steps() {
        return scene.log().stream().filter(line -> !line.startsWith("event ")).toList();
    }

    private static List<LinuxNamespace> namespaces(Spec spec) {
        return Objects.requireNonNull(spec.linux()).namespaces();
    }

    @Test
    void run_networks_areUpFromBeforeTheCreationToAfterTheDeletion() {
        exitsAtOnce();

        run(request(SPEC));

        assertThat(steps())
                .containsExactly(
                        "info",
                        "create namespace",
                        "attach one",
                        "attach two",
                        "create",
                        "start",
                        "delete force",
                        "release",
                        "detach two",
                        "detach one",
                        "remove namespace");
        assertThat(left()).isEmpty();
    }

    @Test
    void run_networks_changeThePathOfTheNamespaceAlone() {
        List<CniAttachment> attached = new CopyOnWriteArrayList<>();
        scene.runtime().before("start", Mono.fromRunnable(() -> attached.addAll(networks.attached())));
        exitsAtOnce();

        run(request(SPEC));

        assertThat(attached).extracting(CniAttachment::interfaceName).containsExactly("eth0", "eth1");
        assertThat(attached.get(0).container().value()).matches("c1-[0-9a-f]{12}");
        String path = attached.get(0).namespace().toString();
        List<LinuxNamespace> expected = namespaces(SPEC).stream()
                .map(each -> each.type().equals("network") ? new LinuxNamespace("network", path, Map.of()) : each)
                .toList();
        assertThat(created)
                .containsExactly(
                        SPEC.withLinux(Objects.requireNonNull(SPEC.linux()).withNamespaces(expected)));
    }

    @Test
    void run_configurationHasTheHostsNetwork_getsANamespace() {
        exitsAtOnce();

        run(request(SpecDefaults.defaults().withHostNetwork(true).generate(Path.of("/rootfs"), List.of("true"))));

        assertThat(namespaces(created.get(0)))
                .filteredOn("type", "network")
                .singleElement()
                .satisfies(namespace -> assertThat(namespace.path()).startsWith(FakeNetworks.NAMESPACES + "/c1-"));
    }

    @Test
    void run_existingBundle_isNotChanged() throws IOException {
        Path bundle = Remains.newDirectory(directory, "bundle");
        OciJson.write(bundle.resolve(Spec.FILE_NAME), SPEC);
        String before = Files.readString(bundle.resolve(Spec.FILE_NAME));
        exitsAtOnce();

        run(RunRequest.bundle(ID, bundle).withNetworks(ContainerNetworks.of()));

        assertThat(steps()).contains("create namespace", "remove namespace").noneMatch(line -> line.contains("attach"));
        assertThat(namespaces(created.get(0)))
                .filteredOn(each -> each.path() != null)
                .hasSize(1);
        assertThat(Files.readString(bundle.resolve(Spec.FILE_NAME))).isEqualTo(before);
        assertThat(left()).isEmpty();
    }

    @Test
    void run_secondNetworkFails_releasesAndCreatesNothing() {
        networks.failing("attach two");

        runFails(request(SPEC), NetworkException.class);

        assertThat(steps())
                .containsExactly(
                        "info",
                        "create namespace",
                        "attach one",
                        "attach two",
                        "detach two",
                        "detach one",
                        "remove namespace");
        assertThat(left()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"create", "start"})
    void run_stepFails_releases(String step) {
        scene.runtime().before(step, Mono.error(new CommandFailedException("no luck", null, null)));

        runFails(request(SPEC), CommandFailedException.class);

        assertThat(steps()).endsWith("detach two", "detach one", "remove namespace");
        assertThat(left()).isEmpty();
    }

    @Test
    void run_timeout_releases() {
        Duration limit = Duration.ofSeconds(1);

        StepVerifier.withVirtualTime(() -> orchestrator().run(request(SPEC).withTimeout(limit)))
                .thenAwait(limit)
                .expectError(RunTimeoutException.class)
                .verify(AT_ONCE);

        assertThat(steps()).endsWith("detach two", "detach one", "remove namespace");
        assertThat(left()).isEmpty();
    }

    /** What is being attached comes to its end; nothing more is begun, and all of it is released. */
    @Test
    void run_disposedWhileAttaching_releasesAfterTheAttachment() {
        Sinks.Empty<Void> isAttaching = Sinks.empty();
        Sinks.Empty<Void> isAttached = Sinks.empty();
        networks.before("attach one", Mono.defer(() -> {
            isAttaching.tryEmitEmpty();
            return isAttached.asMono();
        }));
        Orchestrator orchestrator = orchestrator();
        Disposable run = orchestrator.run(request(SPEC)).subscribe();
        isAttaching.asMono().block(AT_ONCE);

        run.dispose();
        StepVerifier.create(orchestrator.disposeLater())
                .expectSubscription()
                .then(() -> assertThat(steps()).endsWith("attach one"))
                .then(isAttached::tryEmitEmpty)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(steps()).containsExactly("info", "create namespace", "attach one", "detach one", "remove namespace");
        assertThat(left()).isEmpty();
    }

    @Test
    void run_cancelled_releases() {
        Sinks.Empty<Void> isStarted = Sinks.empty();
        scene.runtime().after("start", Mono.fromRunnable(isStarted::tryEmitEmpty));
        Orchestrator orchestrator = orchestrator();
        Disposable run =
                orchestrator.run(request(SPEC).withGracePeriod(Duration.ZERO)).subscribe();
        isStarted.asMono().block(AT_ONCE);

        run.dispose();
        orchestrator.disposeLater().block(AT_ONCE);

        assertThat(steps()).endsWith("detach two", "detach one", "remove namespace");
        assertThat(left()).isEmpty();
    }

    @Test
    void run_detachingFails_isTheErrorAndStaysWrittenDown() {
        exitsAtOnce();
        networks.failing("detach two");

        runFails(request(SPEC), ResourceReleaseException.class);

        assertThat(steps()).endsWith("detach two", "detach one");
        assertThat(left()).hasSize(1);
    }

    @Test
    void run_deleteFails_keepsAll() {
        exitsAtOnce();
        scene.runtime().before("delete force", Mono.error(new CommandFailedException("no luck", null, null)));

        runFails(request(SPEC), CommandFailedException.class);

        assertThat(steps()).noneMatch(line -> line.startsWith("detach") || line.startsWith("remove"));
        assertThat(left()).hasSize(2);
    }

    @Test
    void sweep_runThatCouldNotDelete_isReleasedWhenItsContainerHasGone() {
        exitsAtOnce();
        scene.runtime().before("delete force", Mono.error(new CommandFailedException("no luck", null, null)));
        Orchestrator orchestrator = orchestrator();
        StepVerifier.create(orchestrator.run(request(SPEC)))
                .expectError(CommandFailedException.class)
                .verify(AT_ONCE);
        SweepReport during = orchestrator.sweep().blockOptional(AT_ONCE).orElseThrow();
        assertThat(during).isEqualTo(new SweepReport(List.of(), List.of(ID), List.of()));
        scene.runtime().before("delete force", Mono.empty());
        scene.runtime().delete(ID, DeleteOptions.defaults().withForce(true)).block(AT_ONCE);

        SweepReport after = orchestrator.sweep().blockOptional(AT_ONCE).orElseThrow();

        assertThat(after).isEqualTo(new SweepReport(List.of(ID), List.of(), List.of()));
        assertThat(left()).isEmpty();
    }

    @Test
    void run_runtimeIsolatesNothing_isRefusedBeforeAnythingIsDone() {
        scene.runtime().isolating(false);

        StepVerifier.create(orchestrator().run(request(SPEC)))
                .expectErrorMatches(error -> error instanceof NotSupportedException
                        && "a network of its own is not supported by fake".equals(error.getMessage()))
                .verify(AT_ONCE);

        assertThat(steps()).containsExactly("info");
        assertThat(left()).isEmpty();
    }

    @Test
    void run_nothingIsWrittenDown_isRefused() {
        StepVerifier.create(orchestrator(ResourceOptions.defaults()).run(request(SPEC)))
                .expectErrorMessage("networks need a state directory of resources, to be swept after a crash")
                .verify(AT_ONCE);

        assertThat(steps()).containsExactly("info");
    }

    @Test
    void run_configurationJoinsANamespace_isRefused() {
        LinuxNamespace joined = new LinuxNamespace("network", "/proc/1/ns/net", Map.of());
        Spec spec = SPEC.withLinux(Objects.requireNonNull(SPEC.linux()).withNamespaces(List.of(joined)));

        StepVerifier.create(orchestrator().run(request(spec)))
                .expectErrorMatches(error -> error instanceof IllegalArgumentException
                        && String.valueOf(error.getMessage()).contains("'/proc/1/ns/net'"))
                .verify(AT_ONCE);

        assertThat(steps()).containsExactly("info");
    }

    @Test
    void run_ports_leadThroughTheFirstNetworkThatCan() {
        List<CniAttachment> attached = new CopyOnWriteArrayList<>();
        scene.runtime().before("start", Mono.fromRunnable(() -> attached.addAll(networks.attached())));
        exitsAtOnce();
        ContainerNetworks three = ContainerNetworks.of(
                        FakeNetworks.network("one"),
                        FakeNetworks.mappingNetwork("two"),
                        FakeNetworks.mappingNetwork("three"))
                .withPorts(List.of(PortMapping.tcp(8080, 80)));

        run(RunRequest.spec(ID, SPEC).withNetworks(three));

        assertThat(attached)
                .extracting(attachment -> attachment.capabilities().containsKey("portMappings"))
                .containsExactly(false, true, false);
    }

    @Test
    void networks_thatCannotBe_areRefusedInWords() {
        assertThatThrownBy(() -> TWO.withPorts(List.of(PortMapping.tcp(8080, 80))))
                .hasMessage("port mappings need a network with the capability portMappings, and [one, two] have none");
        assertThatThrownBy(() -> ContainerNetworks.of(FakeNetworks.network("one"), FakeNetworks.network("one")))
                .hasMessage("networks of a container must be at most 32, each once, were [one, one]");
    }
}
