// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.network.CniAttachment;
import io.runflux.network.CniNetwork;
import io.runflux.orchestrator.Resource.Bundle;
import io.runflux.orchestrator.Resource.Directory;
import io.runflux.orchestrator.Resource.Fifo;
import io.runflux.orchestrator.Resource.Mount;
import io.runflux.orchestrator.Resource.NetNs;
import io.runflux.orchestrator.Resource.NetworkAttachment;
import io.runflux.orchestrator.Resource.OnDisk;
import io.runflux.orchestrator.Resource.RegularFile;
import io.runflux.orchestrator.Resource.SandboxMount;
import io.runflux.orchestrator.Resource.Socket;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Resources as values of JSON. */
final class ResourceJson {
    private static final Map<String, Class<? extends Resource>> KINDS = Map.of(
            "bundle", Bundle.class,
            "directory", Directory.class,
            "file", RegularFile.class,
            "fifo", Fifo.class,
            "socket", Socket.class,
            "mount", Mount.class,
            "sandbox-mount", SandboxMount.class,
            "network-namespace", NetNs.class,
            "network-attachment", NetworkAttachment.class);

    private static final Map<Class<?>, String> NAMES =
            KINDS.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));

    private static final Map<Class<?>, Function<Path, Resource>> BY_PATH = Map.of(
            Bundle.class, Bundle::new,
            Directory.class, Directory::new,
            RegularFile.class, RegularFile::new,
            Fifo.class, Fifo::new,
            Socket.class, Socket::new,
            Mount.class, Mount::new,
            NetNs.class, NetNs::new);

    private ResourceJson() {}

    static Map<String, Object> write(Resource resource) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", NAMES.get(resource.getClass()));
        if (resource instanceof OnDisk file) {
            json.put("path", file.path().toString());
        } else if (resource instanceof SandboxMount mount) {
            json.put("path", mount.path().toString());
            json.put("pid", mount.pid());
            json.put("namespace", mount.namespace());
        } else if (resource instanceof NetNs namespace) {
            json.put("path", namespace.path().toString());
        } else if (resource instanceof NetworkAttachment attached) {
            write(attached, json);
        }
        return json;
    }

    private static void write(NetworkAttachment attached, Map<String, Object> json) {
        CniAttachment attachment = attached.attachment();
        json.put("network", attached.network().json());
        json.put("container", attachment.container().value());
        json.put("namespace", attachment.namespace().toString());
        json.put("interface", attachment.interfaceName());
        json.put("arguments", attachment.arguments());
        json.put("capabilities", attachment.capabilities());
    }

    static Resource read(JsonFields json) {
        Class<?> kind = KINDS.get(json.text("kind"));
        if (kind == null) {
            throw new IllegalArgumentException(
                    "kind must be one of " + String.join(", ", new TreeSet<>(KINDS.keySet())));
        }
        Function<Path, Resource> byPath = BY_PATH.get(kind);
        if (byPath != null) {
            return byPath.apply(Path.of(json.text("path")));
        }
        return kind == SandboxMount.class
                ? new SandboxMount(Path.of(json.text("path")), json.number("pid"), json.text("namespace"))
                : readAttachment(json);
    }

    private static Resource readAttachment(JsonFields json) {
        Map<String, String> arguments = new LinkedHashMap<>();
        json.objectOrEmpty("arguments").forEach((name, value) -> arguments.put(name, String.valueOf(value)));
        return new NetworkAttachment(
                CniNetwork.parse(json.text("network")),
                new CniAttachment(
                        ContainerId.of(json.text("container")),
                        Path.of(json.text("namespace")),
                        json.text("interface"),
                        arguments,
                        json.objectOrEmpty("capabilities")));
    }
}
