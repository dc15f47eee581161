// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import static io.runflux.server.Served.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.http.HttpMethod;
import io.runflux.events.ContainerId;
import io.runflux.oci.ContainerStatus;
import io.runflux.orchestrator.ContainerDetails;
import io.runflux.orchestrator.ContainerInfo;
import io.runflux.orchestrator.EmbeddedOrchestrator;
import io.runflux.orchestrator.LaunchRequest;
import io.runflux.orchestrator.Orchestrator;
import io.runflux.runtime.fake.FakeRuntime;
import io.runflux.wire.WireJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.netty.http.client.HttpClient;

/** What the host runtime cannot do, on a runc in memory. */
class CheckpointRequestsTest {
    private static final String ONE = "/v1/containers/rf-image";

    private final FakeRuntime fake = FakeRuntime.create();

    @TempDir
    private Path directory;

    private EmbeddedOrchestrator orchestrator;
    private RunfluxServer server;

    @BeforeEach
    void serve() throws IOException {
        orchestrator = Orchestrator.builder()
                .launcher(fake.launcher())
                .runtime(launcher -> fake.runtime())
                .bundleDirectory(Files.createDirectory(directory.resolve("bundles")))
                .build();
        server = RunfluxServer.builder(orchestrator)
                .unixSocket(directory.resolve("run").resolve("s"))
                .start()
                .blockOptional(LIMIT)
                .orElseThrow();
    }

    @AfterEach
    void disposeOfAll() {
        server.disposeLater().then(orchestrator.disposeLater()).block(LIMIT);
        assertThat(fake.running()).isZero();
        fake.close();
    }

    private Served.Answer ask(HttpMethod method, String path, String body) {
        HttpClient client = HttpClient.newConnection()
                .remoteAddress(() -> new DomainSocketAddress(
                        directory.resolve("run").resolve("s").toString()));
        Map<String, String> headers = body.isEmpty() ? Map.of() : Map.of("Content-Type", "application/json");
        return Served.ask(client, method, path, headers, body);
    }

    private String request() throws IOException {
        Path rootfs = Files.createDirectories(directory.resolve("rootfs"));
        LaunchRequest request = LaunchRequest.rootfs(ContainerId.of("rf-image"), rootfs, List.of("/bin/sleep", "600"));
        return new String(WireJson.write(request), StandardCharsets.UTF_8);
    }

    @Test
    void checkpoint_thenRestore_goesOnFromTheImage() throws IOException {
        Path image = directory.resolve("image");
        assertThat(ask(HttpMethod.POST, "/v1/containers?start=true", request()).status())
                .isEqualTo(201);

        Served.Answer written = ask(HttpMethod.POST, ONE + "/checkpoint", "{\"imagePath\":\"" + image + "\"}");

        assertThat(written.status()).as(written.body()).isEqualTo(204);
        assertThat(image).isDirectory();
        assertThat(ask(HttpMethod.GET, ONE, "")
                        .read(ContainerDetails.class)
                        .info()
                        .status())
                .isEqualTo(ContainerStatus.STOPPED);
        assertThat(ask(HttpMethod.DELETE, ONE, "").status()).isEqualTo(204);

        String body = "{\"launch\":" + request() + ",\"options\":{\"imagePath\":\"" + image + "\"}}";
        Served.Answer restored = ask(HttpMethod.POST, ONE + "/restore", body);

        assertThat(restored.status()).as(restored.body()).isEqualTo(201);
        assertThat(restored.read(ContainerInfo.class).status()).isEqualTo(ContainerStatus.RUNNING);
    }

    @Test
    void checkpoint_whereNothingCanBeWritten_isRefused() throws IOException {
        assertThat(ask(HttpMethod.POST, "/v1/containers?start=true", request()).status())
                .isEqualTo(201);

        ask(HttpMethod.POST, ONE + "/checkpoint", "{\"imagePath\":\"relative\"}")
                .problem(400, "invalid-request");
        ask(HttpMethod.POST, ONE + "/checkpoint", "{}").problem(400, "invalid-request");
    }
}
