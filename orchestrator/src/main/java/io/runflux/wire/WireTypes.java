// SPDX-License-Identifier: Apache-2.0
package io.runflux.wire;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.runflux.events.ContainerId;
import io.runflux.events.EventCursor;
import io.runflux.events.ExecId;
import io.runflux.events.ExitStatus;
import io.runflux.events.Signal;
import io.runflux.network.CniNetwork;
import io.runflux.network.PortMapping;
import io.runflux.orchestrator.BundleSource;
import io.runflux.orchestrator.ContainerNetworks;
import io.runflux.orchestrator.ExecRequest;
import io.runflux.orchestrator.HealthCheck;
import io.runflux.orchestrator.LaunchRequest;
import io.runflux.orchestrator.RestartBackoff;
import io.runflux.orchestrator.RestartPolicy;
import io.runflux.orchestrator.RunRequest;
import io.runflux.orchestrator.StopOptions;
import io.runflux.orchestrator.Supervision;
import io.runflux.runtime.CheckpointOptions;
import io.runflux.runtime.CriuOptions;
import io.runflux.runtime.RestoreOptions;
import io.runflux.stdio.LogRecord;
import io.runflux.stdio.StdioUri;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategy;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.AnnotatedField;
import tools.jackson.databind.introspect.AnnotatedMethod;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * How the types are written that are no plain records, and the defaults of requests. Whoever adds a record with fields
 * of these types has nothing to do here, unless the record is a request with defaults.
 */
final class WireTypes {
    private static final Path SOMEWHERE = Path.of("/somewhere");

    private WireTypes() {}

    static JsonMapper addTo(JsonMapper.Builder builder) {
        JsonMapper mapper = builder.annotationIntrospector(new Words())
                .propertyNamingStrategy(new Names())
                .addModule(values())
                .addMixIn(BundleSource.class, SourceForms.class)
                .addMixIn(BundleSource.Directory.class, DirectoryForm.class)
                .addMixIn(CheckpointOptions.class, NoStatus.class)
                .addMixIn(RestoreOptions.class, NoCreate.class)
                .build();
        SimpleModule module = new SimpleModule("defaults");
        module.setDeserializerModifier(new WithDefaults(defaults(mapper)));
        return mapper.rebuild().addModule(module).build();
    }

    /** What a request says if it says nothing; what has to be said is taken out. */
    private static Map<Class<?>, ObjectNode> defaults(JsonMapper mapper) {
        ContainerId someone = ContainerId.of("someone");
        Map<Class<?>, ObjectNode> defaults = new LinkedHashMap<>();
        defaults.put(LaunchRequest.class, without(mapper, LaunchRequest.bundle(someone, SOMEWHERE), "id", "source"));
        defaults.put(RunBody.class, without(mapper, RunBody.of(RunRequest.bundle(someone, SOMEWHERE)), "id", "source"));
        defaults.put(
                ExecBody.class,
                without(mapper, ExecBody.of(ExecRequest.of(someone, List.of("/bin/true"))), "execId", "command"));
        defaults.put(Supervision.class, without(mapper, Supervision.none()));
        defaults.put(RestartPolicy.class, without(mapper, RestartPolicy.no(), "kind"));
        defaults.put(RestartBackoff.class, without(mapper, RestartBackoff.defaults()));
        defaults.put(HealthCheck.class, without(mapper, HealthCheck.defaults()));
        defaults.put(StopOptions.class, without(mapper, StopOptions.defaults()));
        defaults.put(KillBody.class, without(mapper, new KillBody(Signal.TERM, false, null, null)));
        defaults.put(CheckpointOptions.class, without(mapper, CheckpointOptions.to(SOMEWHERE), "imagePath"));
        defaults.put(RestoreOptions.class, without(mapper, RestoreOptions.from(SOMEWHERE), "imagePath"));
        defaults.put(CriuOptions.class, without(mapper, CriuOptions.defaults()));
        defaults.put(ContainerNetworks.class, without(mapper, ContainerNetworks.of()));
        defaults.put(PortMapping.class, without(mapper, PortMapping.tcp(1, 1), "hostPort", "containerPort"));
        return defaults;
    }

    private static ObjectNode without(JsonMapper mapper, Object value, String... required) {
        return ((ObjectNode) mapper.<JsonNode>valueToTree(value)).remove(List.of(required));
    }

    private static SimpleModule values() {
        SimpleModule module = new SimpleModule("values");
        addText(module, ContainerId.class, ContainerId::value, ContainerId::of);
        addText(module, ExecId.class, ExecId::value, ExecId::new);
        addText(module, EventCursor.class, EventCursor::toString, EventCursor::parse);
        addText(module, Signal.class, signal -> signal.name().substring("SIG".length()), Signal::parse);
        addText(module, Duration.class, WireDurations::write, WireDurations::parse);
        addText(module, Path.class, Path::toString, Path::of);
        addText(module, URI.class, URI::toString, URI::create);
        addText(module, StdioUri.class, StdioUri::text, StdioUri::parse);
        addObject(module, ExitStatus.class, StatusForm::of, StatusForm.class, StatusForm::toStatus);
        addObject(module, LogRecord.class, RecordForm::of, RecordForm.class, RecordForm::toRecord);
        addObject(module, Throwable.class, Problem::of, Problem.class, Problem::toException);
        module.addSerializer(
                CniNetwork.class,
                new Writing<>(CniNetwork.class, (value, json, context) -> json.writeRawValue(value.json())));
        module.addDeserializer(
                CniNetwork.class,
                new Reading<>(
                        CniNetwork.class,
                        (parser, context) ->
                                CniNetwork.parse(context.readTree(parser).toString())));
        return module;
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String fieldName(RecordComponent component) {
        JsonProperty given = component.getAccessor().getAnnotation(JsonProperty.class);
        return given == null ? Names.name(component.getName()) : given.value();
    }

    private static <T> void addText(
            SimpleModule module, Class<T> type, Function<T, String> write, Function<String, T> read) {
        module.addSerializer(type, new Writing<>(type, (value, json, context) -> json.writeString(write.apply(value))));
        module.addDeserializer(type, new Reading<>(type, (parser, context) -> {
            if (!parser.hasToken(JsonToken.VALUE_STRING)) {
                throw DatabindException.from(parser, "not a text", new IllegalArgumentException("must be a text"));
            }
            return read.apply(parser.getString());
        }));
    }

    private static <T, F> void addObject(
            SimpleModule module, Class<T> type, Function<T, F> write, Class<F> form, Function<F, T> read) {
        module.addSerializer(type, new Writing<>(type, (value, json, context) -> json.writePOJO(write.apply(value))));
        module.addDeserializer(
                type, new Reading<>(type, (parser, context) -> read.apply(context.readValue(parser, form))));
    }

    private interface Writer<T> {
        void write(T value, JsonGenerator json, SerializationContext context);
    }

    private static final class Writing<T> extends StdSerializer<T> {
        private final Writer<T> writer;

        Writing(Class<T> type, Writer<T> writer) {
            super(type);
            this.writer = writer;
        }

        @Override
        public void serialize(T value, JsonGenerator json, SerializationContext context) {
            writer.write(value, json, context);
        }
    }

    private interface Reader<T> {
        T read(JsonParser parser, DeserializationContext context);
    }

    private static final class Reading<T> extends StdDeserializer<T> {
        private final Reader<T> reader;

        Reading(Class<T> type, Reader<T> reader) {
            super(type);
            this.reader = reader;
        }

        @Override
        public T deserialize(JsonParser parser, DeserializationContext context) {
            try {
                return reader.read(parser, context);
            } catch (IllegalArgumentException e) {
                throw DatabindException.from(parser, "refused", e);
            }
        }
    }

    /** Puts the fields that are given over those of the default. */
    private static final class WithDefaults extends ValueDeserializerModifier {
        private static final long serialVersionUID = 1L;

        private final transient Map<Class<?>, ObjectNode> defaults;

        WithDefaults(Map<Class<?>, ObjectNode> defaults) {
            this.defaults = defaults;
        }

        @Override
        public ValueDeserializer<?> modifyDeserializer(
                DeserializationConfig config, BeanDescription.Supplier type, ValueDeserializer<?> reader) {
            ObjectNode fields = defaults.get(type.getBeanClass());
            return fields == null ? reader : new Filled(reader, fields);
        }
    }

    private static final class Filled extends DelegatingDeserializer {
        private final transient ObjectNode defaults;

        Filled(ValueDeserializer<?> reader, ObjectNode defaults) {
            super(reader);
            this.defaults = defaults;
        }

        @Override
        protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> reader) {
            return new Filled(reader, defaults);
        }

        @Override
        public Object deserialize(JsonParser parser, DeserializationContext context) {
            JsonNode given = context.readTree(parser);
            if (!(given instanceof ObjectNode object)) {
                throw DatabindException.from(
                        parser, "not an object", new IllegalArgumentException("must be an object"));
            }
            ObjectNode all = defaults.deepCopy();
            all.setAll(object);
            try (JsonParser whole = all.traverse(context)) {
                whole.nextToken();
                return super.deserialize(whole, context);
            }
        }
    }

    /** Constants of enums are words such as {@code on-failure}. */
    private static final class Words extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1L;

        @Override
        public String[] findEnumValues(
                MapperConfig<?> config, AnnotatedClass type, Enum<?>[] constants, String[] names) {
            for (int i = 0; i < constants.length; i++) {
                names[i] = word(constants[i]);
            }
            return names;
        }
    }

    /**
     * Gives the component for unknown fields of OCI a name that no text has, so that a field called as it is stays
     * unknown, and takes the {@code is} off the names of answers to yes or no.
     */
    private static final class Names extends PropertyNamingStrategy {
        private static final long serialVersionUID = 1L;

        @Override
        public String nameForConstructorParameter(
                MapperConfig<?> config, AnnotatedParameter parameter, String defaultName) {
            return name(defaultName);
        }

        @Override
        public String nameForField(MapperConfig<?> config, AnnotatedField field, String defaultName) {
            return name(defaultName);
        }

        @Override
        public String nameForGetterMethod(MapperConfig<?> config, AnnotatedMethod method, String defaultName) {
            return name(defaultName);
        }

        private static String name(String component) {
            if (component.equals("unknown")) {
                return "\0unknown";
            }
            boolean isAnswer =
                    component.length() > 2 && component.startsWith("is") && Character.isUpperCase(component.charAt(2));
            return isAnswer ? Character.toLowerCase(component.charAt(2)) + component.substring(3) : component;
        }
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
    @JsonSubTypes({
        @JsonSubTypes.Type(BundleSource.Directory.class),
        @JsonSubTypes.Type(BundleSource.Configuration.class)
    })
    private interface SourceForms {}

    private interface DirectoryForm {
        @JsonProperty("bundle")
        Path path();
    }

    @JsonIgnoreProperties("status")
    private interface NoStatus {}

    @JsonIgnoreProperties("create")
    private interface NoCreate {}
}
