// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import io.runflux.oci.OciJson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is written down of a container.
 *
 * @param runtime the runtime that it is a container of
 * @param owner who releases it, as long as there is one
 * @param resources what it holds, in the order of acquisition
 */
record ResourceRecord(ContainerId container, String runtime, ResourceOwner owner, List<Resource> resources) {
    private static final int VERSION = 1;

    ResourceRecord {
        resources = List.copyOf(resources);
    }

    ResourceRecord withResources(List<Resource> value) {
        return new ResourceRecord(container, runtime, owner, value);
    }

    String toJson() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("version", VERSION);
        values.put("container", container.value());
        values.put("runtime", runtime);
        values.put("pid", owner.pid());
        values.put("startTime", Long.toString(owner.startTime()));
        values.put("pidNamespace", owner.pidNamespace());
        values.put("bootId", owner.bootId());
        values.put("resources", resources.stream().map(ResourceJson::write).toList());
        return OciJson.write(values);
    }

    /** What is no such record is an {@link IllegalArgumentException}, which quotes nothing but paths and names. */
    static ResourceRecord parse(String json) {
        JsonFields fields = JsonFields.read(json);
        if (fields.number("version") != VERSION) {
            throw new IllegalArgumentException("version must be " + VERSION + ", was " + fields.number("version"));
        }
        ResourceOwner owner = new ResourceOwner(
                fields.number("pid"),
                Long.parseLong(fields.text("startTime")),
                fields.text("pidNamespace"),
                fields.text("bootId"));
        return new ResourceRecord(
                ContainerId.of(fields.text("container")),
                fields.text("runtime"),
                owner,
                fields.objects("resources").stream().map(ResourceJson::read).toList());
    }
}
