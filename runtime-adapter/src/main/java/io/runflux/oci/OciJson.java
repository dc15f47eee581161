// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.PropertyNamingStrategy;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.cfg.MutableCoercionConfig;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.introspect.AnnotatedField;
import tools.jackson.databind.introspect.AnnotatedMethod;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/**
 * Reads and writes the records of this package as JSON.
 *
 * <p>Reading is strict: a text holds exactly one value, a name occurs once in an object, a number is not a text. At
 * most {@value #MAX_BYTES} bytes and {@value #MAX_DEPTH} levels are read. What fails, fails with an
 * {@link OciJsonException} that says where, and does not quote the text, which may hold secrets, but for a value that
 * the check of a field refuses, such as a relative working directory. Methods that take a path block on the file. Safe
 * for concurrent use.
 */
public final class OciJson {
    /** How long a text may be, in bytes of UTF-8. */
    public static final int MAX_BYTES = 16 << 20;

    /** How long one value of a stream may be, in bytes of UTF-8. */
    public static final int MAX_STREAMED_BYTES = 1 << 20;

    /** How deep values may be nested. */
    public static final int MAX_DEPTH = 128;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(MAX_BYTES)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(LogicalType.Textual, OciJson::refuseCoercion)
            .propertyNamingStrategy(new UnreachableName())
            .changeDefaultPropertyInclusion(inclusion -> inclusion
                    .withValueInclusion(JsonInclude.Include.NON_EMPTY)
                    .withContentInclusion(JsonInclude.Include.ALWAYS))
            .withConfigOverride(
                    boolean.class,
                    override -> override.setInclude(
                            JsonInclude.Value.construct(JsonInclude.Include.NON_DEFAULT, JsonInclude.Include.ALWAYS)))
            .build();

    private static final DefaultIndenter LINES = new DefaultIndenter("  ", "\n");

    private static final ObjectWriter INDENTED = MAPPER.writer()
            .with(new DefaultPrettyPrinter().withObjectIndenter(LINES).withArrayIndenter(LINES))
            .with(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    private OciJson() {}

    /**
     * Reads one value.
     *
     * @param json the text
     * @param type a record of this package
     * @param <T> the type
     * @return the value
     * @throws OciJsonException if the text is not such a value
     */
    public static <T> T read(String json, Class<T> type) {
        return read(json.getBytes(StandardCharsets.UTF_8), type);
    }

    /**
     * Reads one value.
     *
     * @param json the text, in UTF-8
     * @param type a record of this package
     * @param <T> the type
     * @return the value
     * @throws OciJsonException if the text is not such a value
     */
    public static <T> T read(byte[] json, Class<T> type) {
        return type.cast(read(json, type.getSimpleName(), MAPPER.constructType(type)));
    }

    /**
     * Reads one value from a file.
     *
     * @param file the file
     * @param type a record of this package
     * @param <T> the type
     * @return the value
     * @throws OciJsonException if the text is not such a value
     * @throws UncheckedIOException if the file cannot be read
     */
    public static <T> T read(Path file, Class<T> type) {
        return type.cast(read(bytes(file), file.toString(), MAPPER.constructType(type)));
    }

    /**
     * Reads a list of values. {@code null} is the empty list, as runtimes write it.
     *
     * @param json the text
     * @param type a record of this package
     * @param <T> the type
     * @return the values
     * @throws OciJsonException if the text is not a list of such values
     */
    public static <T> List<T> readList(String json, Class<T> type) {
        if (json.strip().equals("null")) {
            return List.of();
        }
        String what = "list of " + type.getSimpleName();
        JavaType list = MAPPER.getTypeFactory().constructCollectionType(List.class, type);
        List<?> values = (List<?>) read(json.getBytes(StandardCharsets.UTF_8), what, list);
        return Values.list(what, values).stream().map(type::cast).toList();
    }

    /**
     * Reads values that come one after another, with blanks, newlines or nothing between them, as a runtime writes its
     * events. The bytes may be cut anywhere.
     *
     * <p>Every subscription reads the bytes anew. It asks for one buffer at once, and for another when all values of
     * the last have been taken: no more than one buffer is held, as a copy, besides at most
     * {@value #MAX_STREAMED_BYTES} bytes of a value that has only begun. Buffers are not released, and not kept. Values
     * are read on the thread that delivers the bytes, or on the one that asks for more. Cancelling cancels the bytes.
     *
     * <p>What is no such value ends the stream with one {@link OciJsonException}, after the values before it, and
     * cancels the bytes; so do {@code null}, a value that is too long, and an end of the bytes within a value. It says
     * which value it was, the first being number 1. An error of the bytes is passed on as it is and at once: values
     * that nobody has asked for yet are lost.
     *
     * @param bytes the text; whoever emits a buffer releases it once it has been taken
     * @param type a record of this package
     * @param <T> the type
     * @return the values
     */
    public static <T> Flux<T> stream(Flux<ByteBuf> bytes, Class<T> type) {
        Objects.requireNonNull(bytes, "bytes");
        JavaType javaType = MAPPER.constructType(type);
        String name = type.getSimpleName();
        return Flux.defer(() -> objects(bytes, name))
                .index((index, json) -> type.cast(read(json, ObjectSplitter.name(name, index), javaType)))
                .onErrorStop();
    }

    private static Flux<byte[]> objects(Flux<ByteBuf> bytes, String name) {
        ObjectSplitter splitter =
                new ObjectSplitter(name, MAPPER.createNonBlockingByteArrayParser(), MAX_STREAMED_BYTES);
        return bytes.map(ByteBufUtil::getBytes)
                .concatMapIterable(splitter::split, 1)
                .concatWith(Mono.fromRunnable(splitter::end));
    }

    /**
     * Writes a value.
     *
     * @param value a record of this package
     * @return the text, on one line
     */
    public static String write(Object value) {
        return MAPPER.writeValueAsString(Objects.requireNonNull(value, "value"));
    }

    /**
     * Writes a value for people to read and compare: indented, each field and each element on a line of its own, with
     * maps in the order of their keys.
     *
     * @param value a record of this package
     * @return the text, on several lines
     */
    public static String writeIndented(Object value) {
        return INDENTED.writeValueAsString(Objects.requireNonNull(value, "value"));
    }

    /**
     * Writes a value to a file, which is replaced.
     *
     * @param file the file
     * @param value a record of this package
     * @throws UncheckedIOException if the file cannot be written
     */
    public static void write(Path file, Object value) {
        try {
            Files.writeString(file, write(value) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(Path file) {
        try (InputStream stream = Files.newInputStream(file)) {
            return stream.readNBytes(MAX_BYTES + 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Object read(byte[] json, String what, JavaType type) {
        if (json.length > MAX_BYTES) {
            throw new OciJsonException(what + " must be at most " + MAX_BYTES + " bytes of JSON", null);
        }
        try {
            Object value = MAPPER.readValue(json, type);
            return Values.required(what, value);
        } catch (JacksonException e) {
            throw new OciJsonException("cannot read " + what + where(e) + ": " + why(e), null);
        } catch (IllegalArgumentException e) {
            throw new OciJsonException("cannot read " + what + ": " + e.getMessage(), e);
        }
    }

    private static void refuseCoercion(MutableCoercionConfig config) {
        config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
    }

    static String where(JacksonException error) {
        TokenStreamLocation location = error.getLocation();
        String path = path(error);
        String position = location == null || location.getLineNr() < 1
                ? ""
                : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
        return (path.isEmpty() ? "" : " in " + path) + position;
    }

    private static String path(JacksonException error) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : error.getPath()) {
            String name = step.getPropertyName();
            path.append(name == null ? "[" + step.getIndex() + "]" : (path.isEmpty() ? "" : ".") + name);
        }
        return path.toString();
    }

    /** Jackson's own words quote what they were about, but for the grammar. */
    private static String why(JacksonException error) {
        if (error.getCause() instanceof IllegalArgumentException ours) {
            return String.valueOf(ours.getMessage());
        }
        String words = String.valueOf(error.getOriginalMessage());
        if (words.startsWith("No content")) {
            return "it is empty";
        }
        if (words.startsWith("Trailing token")) {
            return "more follows the value";
        }
        if (error instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
            return "must be of type " + mismatch.getTargetType().getSimpleName();
        }
        boolean quotes = error instanceof InputCoercionException || words.startsWith("Unrecognized token");
        boolean isGrammar = error instanceof StreamReadException || error instanceof StreamConstraintsException;
        return isGrammar && !quotes ? words : "it is no such value";
    }

    /**
     * Gives the component for unknown fields a name that no text has, so that a field called as it is stays unknown.
     */
    private static final class UnreachableName extends PropertyNamingStrategy {
        private static final long serialVersionUID = 1L;

        @Override
        public String nameForConstructorParameter(
                MapperConfig<?> config, AnnotatedParameter parameter, String defaultName) {
            return defaultName.equals("unknown") ? "\0unknown" : defaultName;
        }

        @Override
        public String nameForField(MapperConfig<?> config, AnnotatedField field, String defaultName) {
            return defaultName.equals("unknown") ? "\0unknown" : defaultName;
        }

        @Override
        public String nameForGetterMethod(MapperConfig<?> config, AnnotatedMethod method, String defaultName) {
            return defaultName.equals("unknown") ? "\0unknown" : defaultName;
        }
    }
}
