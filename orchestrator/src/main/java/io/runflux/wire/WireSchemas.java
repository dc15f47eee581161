// SPDX-License-Identifier: Apache-2.0
package io.runflux.wire;

import io.runflux.events.ContainerId;
import io.runflux.events.EventCursor;
import io.runflux.events.EventEnvelope;
import io.runflux.events.ExecId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.network.CniNetwork;
import io.runflux.oci.Spec;
import io.runflux.orchestrator.BundleSource;
import io.runflux.runtime.CheckpointOptions;
import io.runflux.runtime.RestoreOptions;
import io.runflux.stdio.LogRecord;
import io.runflux.stdio.StdioUri;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The types that {@link WireJson} reads and writes, as schemas of JSON. A record is described by its components. */
public final class WireSchemas {
    private static final String PREFIX = "#/components/schemas/";

    private static final Map<Class<?>, Map<String, Object>> TEXTS = Map.of(
            String.class, text("any text"),
            ContainerId.class, text("the id of a container, such as web-1"),
            ExecId.class, text("the id of a further process"),
            EventCursor.class, text("a place in the events: EPOCH-SEQUENCE"),
            Signal.class, text("a signal, such as TERM"),
            Duration.class, text("a duration, such as 500ms, 10s or 1m30s"),
            Path.class, text("a path on the machine of the server"),
            URI.class, text("an address, such as http://10.88.0.2:8080/health"),
            StdioUri.class, text("a log, such as file:///var/log/web-1.log?max-size=10m"),
            Instant.class, Map.of("type", "string", "format", "date-time"));

    private static final Map<Class<?>, Class<?>> FORMS = Map.of(
            ExitStatus.class, StatusForm.class,
            LogRecord.class, RecordForm.class,
            Throwable.class, Problem.class);

    /** What is not carried. */
    private static final Map<Class<?>, Set<String>> LEFT_OUT =
            Map.of(CheckpointOptions.class, Set.of("status"), RestoreOptions.class, Set.of("create"));

    private final Map<String, Object> definitions = new TreeMap<>();

    private static Map<String, Object> text(String description) {
        return Map.of("type", "string", "description", description);
    }

    /**
     * Returns the types that were referred to.
     *
     * @return the schemas by their names
     */
    public Map<String, Object> definitions() {
        return definitions;
    }

    /**
     * Refers to a type.
     *
     * @param type a type that {@link WireJson} reads or writes
     * @return a schema that refers to that of the type, or is it
     */
    public Map<String, Object> of(Type type) {
        if (type instanceof ParameterizedType generic) {
            return ofGeneric(generic);
        }
        Class<?> raw = FORMS.getOrDefault((Class<?>) type, (Class<?>) type);
        Map<String, Object> text = TEXTS.get(raw);
        return text == null ? ofClass(raw, ((Class<?>) type).getSimpleName()) : text;
    }

    private Map<String, Object> ofGeneric(ParameterizedType type) {
        Type[] arguments = type.getActualTypeArguments();
        Map<String, Object> element = of(arguments[arguments.length - 1]);
        return arguments.length == 1
                ? Map.of("type", "array", "items", element)
                : Map.of("type", "object", "additionalProperties", element);
    }

    private Map<String, Object> ofClass(Class<?> type, String name) {
        if (type == boolean.class || type == Boolean.class) {
            return Map.of("type", "boolean");
        }
        if (type == double.class) {
            return Map.of("type", "number");
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return Map.of("type", "integer");
        }
        if (!definitions.containsKey(name)) {
            definitions.put(name, Map.of());
            definitions.put(name, define(type));
        }
        return Map.of("$ref", PREFIX + name);
    }

    private Map<String, Object> define(Class<?> type) {
        if (type.isEnum()) {
            List<String> words = Arrays.stream(type.getEnumConstants())
                    .map(constant -> WireTypes.word((Enum<?>) constant))
                    .toList();
            return Map.of("type", "string", "enum", words);
        }
        if (type == BundleSource.class) {
            return Map.of(
                    "oneOf", List.of(object(Map.of("bundle", of(Path.class))), object(Map.of("spec", of(Spec.class)))));
        }
        if (type == EventEnvelope.class) {
            return foreign("an event, as the events module writes it");
        }
        if (type == CniNetwork.class) {
            return foreign("a list of plugins of CNI");
        }
        return type.getPackageName().equals("io.runflux.oci")
                ? foreign(type.getSimpleName() + " of the OCI runtime specification")
                : ofRecord(type);
    }

    private static Map<String, Object> foreign(String description) {
        return Map.of("type", "object", "description", description);
    }

    private Map<String, Object> ofRecord(Class<?> type) {
        if (!type.isRecord()) {
            throw new IllegalArgumentException("there is no schema of " + type.getName());
        }
        Map<String, Object> properties = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String name = WireTypes.fieldName(component);
            if (!LEFT_OUT.getOrDefault(type, Set.of()).contains(name)) {
                properties.put(name, of(component.getGenericType()));
            }
        }
        return object(properties);
    }

    private static Map<String, Object> object(Map<String, Object> properties) {
        return Map.of("type", "object", "additionalProperties", false, "properties", properties);
    }
}
