// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static io.runflux.runtime.Fixtures.await;
import static io.runflux.runtime.Fixtures.bundle;
import static io.runflux.runtime.Fixtures.complete;
import static io.runflux.runtime.Fixtures.shell;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.events.ContainerId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.oci.ContainerState;
import io.runflux.oci.ContainerStatus;
import io.runflux.process.ProcessLauncher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.StepVerifier;

/** What several runtimes on one root do to each other, and what others could do to them. */
class HostRuntimeSharedTest {
    private static final ContainerId ID = ContainerId.of("c1");
    private static final CreateOptions QUIET = CreateOptions.defaults();
    private static final DeleteOptions FORCE = new DeleteOptions(true);

    private final ProcessLauncher launcher = ProcessLauncher.create();
    private Path directory;
    private Path root;
    private OciRuntime runtime;
    private OciRuntime other;

    @BeforeEach
    void makeRuntimes(@TempDir Path temporary) {
        directory = temporary;
        root = directory.resolve("state");
        runtime = OciRuntimes.host(launcher, HostRuntimeConfig.defaults().withRoot(root));
        other = OciRuntimes.host(launcher, HostRuntimeConfig.defaults().withRoot(root));
    }

    @AfterEach
    void disposeOfLauncher() {
        launcher.disposeLater(Duration.ZERO).block(Fixtures.TIMEOUT);
    }

    @Test
    void start_cancelled_goesOnAndCanBeDeleted() {
        for (int i = 0; i < 10; i++) {
            ContainerProcess process = created(runtime);

            StepVerifier.create(runtime.start(ID)).thenCancel().verify(Fixtures.TIMEOUT);

            complete(runtime.delete(ID, FORCE));
            assertThat(await(process.exit())).isEqualTo(ExitStatus.signaled(Signal.KILL));
            complete(process.release());
        }
    }

    @Test
    void start_idReusedByAnother_isRefusedAndEndsTheFirst() {
        ContainerProcess first = created(runtime);
        complete(other.delete(ID, FORCE));
        ContainerProcess second = created(other);

        assertThatThrownBy(() -> complete(runtime.start(ID)))
                .hasMessageEndingWith("only the process that created it can");

        assertThat(await(first.exit())).isEqualTo(ExitStatus.unknown());
        complete(other.start(ID));
        complete(runtime.delete(ID, FORCE));
        assertThat(await(second.exit())).isEqualTo(ExitStatus.signaled(Signal.KILL));
    }

    @Test
    void kill_createdByAnother_endsItThereToo() {
        ContainerProcess process = created(runtime);

        complete(other.kill(ID, Signal.TERM, KillOptions.init()));

        assertThatThrownBy(() -> complete(runtime.start(ID))).isInstanceOf(IllegalContainerStateException.class);
        assertThat(await(process.exit())).isEqualTo(ExitStatus.unknown());
        complete(runtime.delete(ID, DeleteOptions.defaults()));
    }

    @Test
    void runAttached_deletedByAnother_ends() {
        ContainerProcess process = await(runtime.run(ID, bundle(directory, shell("exec sleep 600")), QUIET));

        complete(other.delete(ID, FORCE));

        assertThat(await(process.exit())).isEqualTo(ExitStatus.signaled(Signal.KILL));
        complete(process.release());
    }

    @Test
    void killAndDelete_startBegunByAnother_areRefused() throws IOException {
        ContainerProcess process = created(runtime);
        assertThat(new HostStore(root).claim(ID)).isTrue();

        assertThatThrownBy(() -> complete(other.kill(ID, Signal.TERM, KillOptions.init())))
                .isInstanceOf(IllegalContainerStateException.class);
        assertThatThrownBy(() -> complete(other.delete(ID, DeleteOptions.defaults())))
                .isInstanceOf(IllegalContainerStateException.class);
        complete(other.delete(ID, FORCE));
        assertThatThrownBy(() -> complete(runtime.start(ID))).isInstanceOf(NoSuchContainerException.class);
        assertThat(await(process.exit())).isEqualTo(ExitStatus.unknown());
    }

    @Test
    void root_belowADirectoryOfOthers_isRefused() throws IOException {
        int victim = ownSleep();
        Files.createDirectories(root.resolve("c1"));
        Files.writeString(
                root.resolve("c1/state.json"),
                "{\"id\":\"c1\",\"status\":\"running\",\"bundle\":\"/b\",\"pid\":" + victim + ",\"processStartTime\":"
                        + ProcFiles.startTime(victim).orElseThrow() + "}");
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatThrownBy(() -> complete(runtime.kill(ID, Signal.KILL, KillOptions.init())))
                .isInstanceOf(RuntimeUnavailableException.class);
        assertThatThrownBy(() -> complete(runtime.delete(ID, FORCE))).isInstanceOf(RuntimeUnavailableException.class);
        assertThatThrownBy(() -> runtime.list().blockLast(Fixtures.TIMEOUT))
                .isInstanceOf(RuntimeUnavailableException.class);
        assertThat(ProcFiles.startTime(victim)).isPresent();
    }

    @Test
    void list_strayAndDamaged_areSkippedOrUnknown() throws IOException {
        Files.createDirectories(root.resolve("c1"));
        Files.createDirectory(root.resolve("c2"));
        Files.createFile(root.resolve("c2/state.json"));
        Files.createDirectory(root.resolve("not an id"));
        Files.createFile(root.resolve("file"));

        assertThat(runtime.list()
                        .map(state -> state.id() + " " + state.status())
                        .collectList()
                        .block(Fixtures.TIMEOUT))
                .containsExactlyInAnyOrder("c1 unknown", "c2 unknown");
        complete(runtime.delete(ID, FORCE));
        complete(runtime.delete(ContainerId.of("c2"), FORCE));
        assertThat(runtime.list().collectList().block(Fixtures.TIMEOUT)).isEmpty();
    }

    @Test
    void create_unwritable_leavesNothing() throws IOException {
        HostStore store = new HostStore(root);
        ContainerState broken = ContainerState.of("c1", ContainerStatus.CREATED, null, "/b")
                .withUnknown("cannot be written", new Object() {
                    @SuppressWarnings({"unused", "EffectivelyPrivate"})
                    public String getText() {
                        throw new IllegalStateException("boom");
                    }
                });

        assertThatThrownBy(() -> store.create(ID, broken)).hasStackTraceContaining("boom");
        assertThat(Fixtures.entries(root)).isEmpty();
    }

    private ContainerProcess created(OciRuntime by) {
        return await(by.create(ID, bundle(directory, shell("exec sleep 600")), QUIET));
    }

    private int ownSleep() {
        return await(launcher.launch(io.runflux.process.ProcessSpec.program(Path.of("/bin/sleep"))
                        .arguments(java.util.List.of("600"))
                        .build()))
                .pid();
    }
}
