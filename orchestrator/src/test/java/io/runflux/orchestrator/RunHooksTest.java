// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.ID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.events.ExitStatus;
import io.runflux.events.RuntimeEvent.HookFinished;
import io.runflux.events.RuntimeEvent.HookOutcome;
import io.runflux.events.RuntimeEvent.HookTimedOut;
import io.runflux.hooks.ConfigFilterException;
import io.runflux.hooks.HookDirectories;
import io.runflux.hooks.HookException;
import io.runflux.hooks.HookFile;
import io.runflux.hooks.HookFileException;
import io.runflux.hooks.HookSet;
import io.runflux.oci.ContainerState;
import io.runflux.oci.Hook;
import io.runflux.oci.Hooks;
import io.runflux.oci.Mount;
import io.runflux.oci.OciJson;
import io.runflux.oci.OciProcess;
import io.runflux.oci.Root;
import io.runflux.oci.Spec;
import io.runflux.oci.SpecDefaults;
import io.runflux.process.ProcessLauncher;
import io.runflux.runtime.CommandFailedException;
import io.runflux.runtime.ContainerAlreadyExistsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Real hooks in the runs of a fake runtime. */
class RunHooksTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String ADD_VARIABLE = "sed 's/\"env\":\\[/&\"ADDED=1\",/'";

    private final ProcessLauncher launcher = ProcessLauncher.create();
    private final Scene scene = new Scene();
    private final List<Spec> created = new CopyOnWriteArrayList<>();

    @TempDir
    private Path directory;

    private Path hooks;
    private Path bundles;

    @BeforeEach
    void makeDirectories() throws IOException {
        hooks = Remains.newDirectory(directory, "hooks.d");
        Files.setPosixFilePermissions(hooks, PosixFilePermissions.fromString("rwxr-xr-x"));
        bundles = Remains.newDirectory(directory, "bundles");
        scene.runtime()
                .lookingAtBundle(bundle -> created.add(OciJson.read(bundle.resolve(Spec.FILE_NAME), Spec.class)))
                .after("start", Mono.fromRunnable(() -> scene.runtime().end(ID, ExitStatus.exited(0))));
    }

    @AfterEach
    void closeAll() {
        scene.close();
        launcher.disposeLater(Duration.ZERO).block(LIMIT);
    }

    /** A hook file for every container, whose program is the shell. */
    private void hook(String name, String stage, String script) {
        Map<String, Object> definition = Map.of("path", "/bin/sh", "args", List.of("sh", "-c", script));
        write(
                hooks.resolve(name + ".json"),
                OciJson.write(Map.of(
                        "version",
                        "1.0.0",
                        "hook",
                        definition,
                        "when",
                        Map.of("always", true),
                        "stages",
                        List.of(stage))));
    }

    /** Whatever the umask of the tests: what others may write is refused. */
    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private OrchestratorBuilder builder() {
        Mono<HookSet> sets = HookDirectories.of(List.of(hooks))
                .withExtensionStages(OrchestratorBuilder.HOOK_STAGES)
                .load();
        return scene.builder().launcher(launcher).bundleDirectory(bundles).hooks(sets);
    }

    private RunReport run(RunRequest request) {
        return builder().build().run(request).blockOptional(LIMIT).orElseThrow();
    }

    private RunRequest generated() {
        return RunRequest.rootfs(ID, directory, List.of("true"));
    }

    private List<String> environment() {
        return Objects.requireNonNull(created.get(0).process()).env();
    }

    private List<Path> left() {
        try (Stream<Path> entries = Files.list(bundles)) {
            return entries.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void run_hooks_surroundTheLifeOfTheContainer() {
        hook("a", "precreate", ADD_VARIABLE);
        hook("b", "poststop", "true");

        assertThat(run(generated()).status()).isEqualTo(ExitStatus.exited(0));

        assertThat(environment()).contains("ADDED=1");
        assertThat(scene.events())
                .containsExactly(
                        "event /hooks/started",
                        "event /hooks/finished",
                        "event /tasks/create",
                        "event /tasks/start",
                        "event /tasks/exit",
                        "event /tasks/delete",
                        "event /hooks/started",
                        "event /hooks/finished");
        assertThat(scene.log().indexOf("event /hooks/finished"))
                .isLessThan(scene.log().indexOf("create"));
        assertThat(left()).isEmpty();
    }

    @Test
    void run_hooksOfTheSpecification_areWrittenIntoTheConfiguration() {
        hook("a", "prestart", "echo 1");
        hook("b", "poststart", "echo 2");

        run(generated());

        Hooks written = Objects.requireNonNull(created.get(0).hooks());
        assertThat(written.createRuntime()).extracting(Hook::args).containsExactly(List.of("sh", "-c", "echo 1"));
        assertThat(written.poststart()).extracting(Hook::args).containsExactly(List.of("sh", "-c", "echo 2"));
        assertThat(scene.events()).doesNotContain("event /hooks/started");
    }

    @Test
    void run_precreateHooks_seeTheHooksOfTheSpecificationAndRunInTheBundle() {
        hook("a", "precreate", "pwd > " + directory.resolve("pwd") + "; tee " + directory.resolve("seen"));
        hook("b", "createRuntime", "echo 1");

        run(generated());

        assertThat(read(directory.resolve("pwd"))).startsWith(bundles + "/runflux-bundle-");
        assertThat(OciJson.read(directory.resolve("seen"), Spec.class)).isEqualTo(created.get(0));
    }

    @Test
    void run_precreateHooks_seeTheNetworkNamespaceAndMayUseItAfterTheDeletion() {
        FakeNetworks networks = new FakeNetworks(scene::note);
        ResourceOptions options = ResourceOptions.defaults().withStateDirectory(directory.resolve("records"));
        hook("a", "precreate", "tee " + directory.resolve("seen"));
        hook("b", "poststop", "true");

        builder()
                .resources(shared -> ResourceKeeper.of(shared, options, networks, networks))
                .build()
                .run(generated().withNetworks(ContainerNetworks.of()))
                .block(LIMIT);

        assertThat(read(directory.resolve("seen"))).contains(FakeNetworks.NAMESPACES + "/c1-");
        assertThat(OciJson.read(directory.resolve("seen"), Spec.class)).isEqualTo(created.get(0));
        assertThat(scene.log()).endsWith("event /hooks/finished", "remove namespace");
    }

    @Test
    void run_precreateHookFails_failsTheRunAndCreatesNothing() {
        hook("a", "precreate", "cat; exit 3");
        hook("b", "poststop", "true");

        assertThatThrownBy(() -> run(generated()))
                .isInstanceOf(ConfigFilterException.class)
                .hasMessageContaining("hook 0 (/bin/sh)")
                .hasMessageContaining("exit status 3");

        assertThat(created).isEmpty();
        assertThat(scene.events()).containsExactly("event /hooks/started", "event /hooks/finished");
        HookFinished finished = scene.published(HookFinished.class);
        assertThat(finished.outcome()).isEqualTo(HookOutcome.FAILED);
        assertThat(finished.exitStatus()).isEqualTo(ExitStatus.exited(3));
        assertThat(finished.stage()).isEqualTo("precreate");
        assertThat(left()).isEmpty();
    }

    @Test
    void run_precreateHookTakesTooLong_isKilledAndTold() {
        hook("a", "precreate", "sleep 60");
        Orchestrator orchestrator =
                builder().hookTimeout(Duration.ofMillis(200)).build();

        StepVerifier.create(orchestrator.run(generated()))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(ConfigFilterException.class)
                        .cause()
                        .isInstanceOfSatisfying(HookException.class, cause -> assertThat(cause.reason())
                                .isEqualTo(HookException.Reason.TIMED_OUT)))
                .verify(LIMIT);

        assertThat(scene.events()).containsExactly("event /hooks/started", "event /hooks/timed-out");
        assertThat(scene.published(HookTimedOut.class).duration()).isGreaterThan(Duration.ofMillis(200));
        assertThat(created).isEmpty();
    }

    @Test
    void run_cancelledDuringAPrecreateHook_killsItAndCreatesNothing() {
        hook("a", "precreate", "touch " + directory.resolve("begun") + "; sleep 60");
        Orchestrator orchestrator = builder().build();
        Disposable run = orchestrator.run(generated()).subscribe();
        Mono.fromSupplier(() -> Files.exists(directory.resolve("begun")))
                .filter(exists -> exists)
                .repeatWhenEmpty(tries -> tries.delayElements(Duration.ofMillis(10)))
                .block(LIMIT);

        run.dispose();
        orchestrator.disposeLater().block(LIMIT);

        assertThat(scene.published(HookFinished.class).outcome()).isEqualTo(HookOutcome.CANCELLED);
        assertThat(created).isEmpty();
        assertThat(left()).isEmpty();
    }

    @Test
    void run_poststopHook_getsTheStateOfTheStoppedContainer() {
        hook("a", "poststop", "cat > " + directory.resolve("state"));
        Spec spec = spec().withAnnotations(Map.of("org.example.key", "value"));

        run(RunRequest.spec(ID, spec));

        ContainerState state = OciJson.read(directory.resolve("state"), ContainerState.class);
        assertThat(state.id()).isEqualTo("c1");
        assertThat(state.statusText()).isEqualTo("stopped");
        assertThat(state.pid()).isNull();
        assertThat(state.bundle()).startsWith(bundles + "/runflux-bundle-");
        assertThat(state.annotations()).containsEntry("org.example.key", "value");
    }

    private Spec spec() {
        return SpecDefaults.defaults().generate(directory, List.of("true"));
    }

    @Test
    void run_poststopHookFails_doesNotFailTheRunNorTheNextHook() {
        hook("a", "poststop", "exit 4");
        hook("b", "poststop", "touch " + directory.resolve("second"));

        assertThat(run(generated()).status()).isEqualTo(ExitStatus.exited(0));

        HookFinished first = scene.published(HookFinished.class);
        assertThat(first.stage()).isEqualTo("poststop");
        assertThat(first.outcome()).isEqualTo(HookOutcome.FAILED);
        assertThat(directory.resolve("second")).exists();
        assertThat(left()).isEmpty();
    }

    @Test
    void run_creationFails_runsThePoststopHooks() {
        hook("a", "poststop", "touch " + directory.resolve("undone"));
        scene.runtime().before("create", Mono.error(new CommandFailedException("no luck", null, null)));

        assertThatThrownBy(() -> run(generated())).isInstanceOf(CommandFailedException.class);

        assertThat(directory.resolve("undone")).exists();
    }

    @Test
    void run_idIsTaken_runsNoPoststopHooks() {
        hook("a", "poststop", "touch " + directory.resolve("undone"));
        scene.runtime().before("create", Mono.error(new ContainerAlreadyExistsException(ID, null)));

        assertThatThrownBy(() -> run(generated())).isInstanceOf(ContainerAlreadyExistsException.class);

        assertThat(directory.resolve("undone")).doesNotExist();
    }

    @Test
    void run_hookFileBroken_failsTheRun() {
        hook("a", "poststop", "true");
        write(hooks.resolve("b.json"), "{");

        assertThatThrownBy(() -> run(generated()))
                .isInstanceOf(HookFileException.class)
                .hasMessageContaining("b.json");

        assertThat(created).isEmpty();
        assertThat(left()).isEmpty();
    }

    @Test
    void run_keptSetWithBrokenFiles_failsEachRunWithAnErrorOfItsOwn() {
        write(hooks.resolve("a.json"), "{");
        write(hooks.resolve("b.json"), "{");
        HookSet set =
                HookDirectories.of(List.of(hooks)).load().blockOptional(LIMIT).orElseThrow();
        Orchestrator orchestrator = builder().hooks(Mono.just(set)).build();

        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> orchestrator.run(generated()).block(LIMIT))
                    .isInstanceOf(HookFileException.class)
                    .hasMessage(set.errors().get(0).getMessage());
        }

        assertThat(set.errors())
                .allSatisfy(error -> assertThat(error.getSuppressed()).isEmpty());
    }

    @Test
    void run_hooksNeverCome_endsAtItsLimit() {
        Orchestrator orchestrator = builder().hooks(Mono.never()).build();

        StepVerifier.create(orchestrator.run(generated().withTimeout(Duration.ofMillis(50))))
                .expectError(RunTimeoutException.class)
                .verify(LIMIT);
        orchestrator.disposeLater().block(LIMIT);

        assertThat(created).isEmpty();
        assertThat(left()).isEmpty();
    }

    @Test
    void run_poststopHookCannotBeTold_doesNotFailTheRun() {
        hook("a", "poststop", "true");
        Mono<HookSet> sets = HookDirectories.of(List.of(hooks))
                .withExtensionStages(OrchestratorBuilder.HOOK_STAGES)
                .load()
                .map(RunHooksTest::withLongPath);

        RunReport report = builder()
                .hooks(sets)
                .build()
                .run(generated())
                .blockOptional(LIMIT)
                .orElseThrow();

        assertThat(report.status()).isEqualTo(ExitStatus.exited(0));
        assertThat(left()).isEmpty();
    }

    /** Longer than events may tell. */
    private static HookSet withLongPath(HookSet set) {
        Hook hook = new Hook("/x".repeat(3000), List.of(), List.of(), null, Map.of());
        HookFile file = set.hooks().get(0);
        return new HookSet(
                List.of(new HookFile(file.name(), file.path(), hook, file.when(), file.stages())),
                List.of(),
                set.extensionStages());
    }

    @Test
    void run_existingBundle_isNeverChanged() {
        hook("a", "precreate", "pwd > " + directory.resolve("before") + "; " + ADD_VARIABLE);
        hook("b", "poststop", "pwd > " + directory.resolve("after"));
        Path bundle = Remains.newDirectory(directory, "bundle");
        Spec own = relativeSpec();
        OciJson.write(bundle.resolve(Spec.FILE_NAME), own);

        run(RunRequest.bundle(ID, bundle));

        assertThat(OciJson.read(bundle.resolve(Spec.FILE_NAME), Spec.class)).isEqualTo(own);
        assertThat(environment()).contains("ADDED=1");
        assertThat(read(directory.resolve("before"))).isEqualTo(bundle + "\n");
        assertThat(read(directory.resolve("after"))).isEqualTo(bundle + "\n");
        assertThat(Objects.requireNonNull(created.get(0).root()).path()).isEqualTo(bundle + "/rootfs");
        assertThat(created.get(0).mounts()).extracting(Mount::source).containsExactly(bundle + "/data", "tmpfs");
        assertThat(left()).isEmpty();
    }

    private Spec relativeSpec() {
        OciProcess process = Objects.requireNonNull(spec().process());
        return spec().withProcess(process)
                .withRoot(new Root("rootfs", false, Map.of()))
                .withMounts(
                        List.of(Mount.of("/data", "none", "data", "rbind", "ro"), Mount.of("/tmp", "tmpfs", "tmpfs")));
    }

    @Test
    void run_existingBundleWithoutMatchingHooks_isUsedAsItIs() {
        write(
                hooks.resolve("a.json"),
                OciJson.write(Map.of(
                        "version",
                        "1.0.0",
                        "hook",
                        Map.of("path", "/bin/sh"),
                        "when",
                        Map.of(),
                        "stages",
                        List.of("precreate"))));
        Path bundle = Remains.newDirectory(directory, "bundle");
        OciJson.write(bundle.resolve(Spec.FILE_NAME), relativeSpec());

        run(RunRequest.bundle(ID, bundle));

        assertThat(created).containsExactly(relativeSpec());
        assertThat(scene.published(io.runflux.events.RuntimeEvent.Created.class).bundle())
                .isEqualTo(bundle.toString());
    }

    @Test
    void run_hookLeavesFilesInTheBundle_removesThem() {
        hook("a", "precreate", "touch left && cat");

        run(generated());

        assertThat(left()).isEmpty();
    }

    @Test
    void run_hookLeavesADirectoryInTheBundle_isNotTouched() {
        hook("a", "precreate", "for i in 1 2 3 4 5 6 7 8; do mkdir $i && touch $i/file; done && cat");
        hook("b", "poststop", "for i in a b c d e f g h; do mkdir $i && touch $i/file; done");

        assertThat(run(generated()).status()).isEqualTo(ExitStatus.exited(0));

        assertThat(left()).hasSize(1);
        assertThat(left().get(0).resolve("1/file")).exists();
        assertThat(left().get(0).resolve(Spec.FILE_NAME)).doesNotExist();
    }
}
