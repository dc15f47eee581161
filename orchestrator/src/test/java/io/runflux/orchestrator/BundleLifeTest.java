// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.Scene.ID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.events.ExitStatus;
import io.runflux.oci.OciJson;
import io.runflux.oci.Root;
import io.runflux.oci.Spec;
import io.runflux.runtime.CommandFailedException;
import io.runflux.runtime.ContainerStdio;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class BundleLifeTest {
    private final Scene scene = new Scene();
    private final List<Path> bundles = new ArrayList<>();

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        scene.close();
    }

    private Mono<RunReport> run(RunRequest request) {
        scene.runtime().lookingAtBundle(bundles::add);
        return scene.builder().bundleDirectory(directory).build().run(request);
    }

    private static RunRequest generated(Path rootfs) {
        return RunRequest.rootfs(ID, rootfs, List.of("true"));
    }

    private RunRequest generated() {
        return generated(directory);
    }

    private void exitsAtOnce() {
        scene.runtime().after("start", Mono.fromRunnable(() -> scene.runtime().end(ID, ExitStatus.exited(0))));
    }

    private List<Path> left() {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void run_generatedBundle_isTheOwnersAloneAndGoneAfterwards() {
        List<String> seen = new ArrayList<>();
        exitsAtOnce();
        Mono<RunReport> run = run(generated());
        scene.runtime().lookingAtBundle(bundle -> seen.addAll(describe(bundle)));

        StepVerifier.create(run).expectNextCount(1).expectComplete().verify(AT_ONCE);

        assertThat(seen).containsExactly("rwx------", "config.json");
        assertThat(left()).isEmpty();
    }

    private static List<String> describe(Path bundle) {
        try (Stream<Path> entries = Files.list(bundle)) {
            String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(bundle));
            return Stream.concat(Stream.of(mode), entries.map(entry -> entry.getFileName()
                            .toString()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void run_generatedBundle_hasTheRequestedConfiguration() {
        List<Spec> specs = new ArrayList<>();
        exitsAtOnce();
        RunRequest request = generated();
        Mono<RunReport> run = run(request);
        scene.runtime().lookingAtBundle(bundle -> specs.add(OciJson.read(bundle.resolve(Spec.FILE_NAME), Spec.class)));

        StepVerifier.create(run).expectNextCount(1).expectComplete().verify(AT_ONCE);

        assertThat(specs).containsExactly(((BundleSource.Configuration) request.source()).spec());
    }

    @Test
    void run_createFails_removesTheBundle() {
        scene.runtime().before("create", Mono.error(new CommandFailedException("no luck", null, null)));

        StepVerifier.create(run(generated()))
                .expectError(CommandFailedException.class)
                .verify(AT_ONCE);

        assertThat(left()).isEmpty();
    }

    @Test
    void run_startFails_removesTheBundle() {
        scene.runtime().before("start", Mono.error(new CommandFailedException("no luck", null, null)));

        StepVerifier.create(run(generated()))
                .expectError(CommandFailedException.class)
                .verify(AT_ONCE);

        assertThat(left()).isEmpty();
    }

    @Test
    void run_timeout_removesTheBundle() {
        StepVerifier.create(run(generated().withTimeout(Duration.ofMillis(200))))
                .expectError(RunTimeoutException.class)
                .verify(AT_ONCE);

        assertThat(bundles).hasSize(1);
        assertThat(left()).isEmpty();
    }

    @Test
    void run_cancelled_removesTheBundle() {
        Sinks.Empty<Void> isStarted = Sinks.empty();
        Orchestrator orchestrator = scene.builder().bundleDirectory(directory).build();
        ContainerStreams streams =
                new RelayedStreams(ContainerStdio.nullDevice(), process -> Mono.fromRunnable(isStarted::tryEmitEmpty));
        Disposable run = orchestrator.run(generated().withStreams(streams)).subscribe();
        isStarted.asMono().block(AT_ONCE);
        assertThat(left()).hasSize(1);

        run.dispose();
        orchestrator.disposeLater().block(AT_ONCE);

        assertThat(left()).isEmpty();
    }

    @Test
    void run_deleteFails_keepsTheBundle() {
        exitsAtOnce();
        scene.runtime().before("delete force", Mono.error(new CommandFailedException("no luck", null, null)));

        StepVerifier.create(run(generated()))
                .expectError(CommandFailedException.class)
                .verify(AT_ONCE);

        assertThat(left()).isEqualTo(bundles).hasSize(1);
    }

    @Test
    void run_bundleDirectoryMissing_isTheErrorAndCreatesNothing() {
        Orchestrator orchestrator =
                scene.builder().bundleDirectory(directory.resolve("missing")).build();

        StepVerifier.create(orchestrator.run(generated()))
                .expectError(NoSuchFileException.class)
                .verify(AT_ONCE);

        assertThat(scene.log()).containsExactly("info");
    }

    @Test
    void run_hostFilesOnAnIsolatingRuntime_areShownThroughACommandPrefix() {
        List<Root> roots = new ArrayList<>();
        exitsAtOnce();
        Mono<RunReport> run = run(generated(Path.of("/")));
        scene.runtime().lookingAtBundle(bundle -> {
            bundles.add(bundle);
            roots.add(Objects.requireNonNull(
                    OciJson.read(bundle.resolve(Spec.FILE_NAME), Spec.class).root()));
        });

        StepVerifier.create(run).expectNextCount(1).expectComplete().verify(AT_ONCE);

        assertThat(scene.runtime().createOptions().commandPrefix())
                .startsWith("/usr/bin/unshare", "--mount")
                .endsWith(bundles.get(0).toString());
        assertThat(roots).extracting(Root::path).containsExactly(bundles.get(0) + "/rootfs");
        assertThat(left()).isEmpty();
    }

    @Test
    void run_hostFilesOnARuntimeThatIsolatesNothing_areTakenAsTheyAre() {
        scene.runtime().isolating(false);
        exitsAtOnce();

        StepVerifier.create(run(generated(Path.of("/"))))
                .expectNextCount(1)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(scene.runtime().createOptions().commandPrefix()).isEmpty();
    }

    @Test
    void run_otherRootOnAnIsolatingRuntime_hasNoCommandPrefix() {
        exitsAtOnce();

        StepVerifier.create(run(generated()))
                .expectNextCount(1)
                .expectComplete()
                .verify(AT_ONCE);

        assertThat(scene.runtime().createOptions().commandPrefix()).isEmpty();
    }

    @Test
    void bundle_relativePath_isRefusedInWords() {
        assertThatThrownBy(() -> RunRequest.bundle(ID, Path.of("bundle")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bundle must be an absolute path, was 'bundle'");
    }

    @Test
    void timeout_zero_isRefusedInWords() {
        RunRequest request = Scene.request();

        assertThatThrownBy(() -> request.withTimeout(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("timeout must be more than zero, was PT0S");
    }
}
