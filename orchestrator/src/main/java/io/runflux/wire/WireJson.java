// SPDX-License-Identifier: Apache-2.0
package io.runflux.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/**
 * Reads and writes what is said, one value a text. Names are in camel case, durations such as {@code 1m30s}, times of
 * RFC 3339, signals by name, and an exit status as {@link io.runflux.events.EventJson} has it; what is null is left
 * out.
 *
 * <p>Reading is strict: a field that is not known is an error, but within OCI's own objects, which pass it on, and so
 * is a field that is there twice, a number for a text, and anything after the value. A field that is left out has its
 * default. At most {@value #MAX_BYTES} bytes and {@value #MAX_DEPTH} levels are read. Safe for concurrent use.
 */
public final class WireJson {
    /** How long a text may be, in bytes of UTF-8. */
    public static final int MAX_BYTES = 1 << 20;

    /** How deep values may be nested. */
    public static final int MAX_DEPTH = 64;

    private static final Pattern NAME = Pattern.compile("[A-Za-z.]{1,64}");

    private static final JsonMapper MAPPER = WireTypes.addTo(JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(
                    LogicalType.Textual, config -> config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .changeDefaultPropertyInclusion(inclusion -> inclusion
                    .withValueInclusion(JsonInclude.Include.NON_NULL)
                    .withContentInclusion(JsonInclude.Include.ALWAYS)));

    private WireJson() {}

    /**
     * Reads one value.
     *
     * @param json the text, in UTF-8
     * @param type a record of this package, of the orchestrator, or of OCI
     * @param <T> the type
     * @return the value
     * @throws IllegalArgumentException if the text is no such value; the message names the field, and can be shown
     */
    public static <T> T read(byte[] json, Class<T> type) {
        if (json.length > MAX_BYTES) {
            throw new IllegalArgumentException("at most " + MAX_BYTES + " bytes of JSON are read");
        }
        return read(MAPPER.readerFor(type), json, type);
    }

    /**
     * Reads an answer: a field that is not known is one of a newer server, and is passed over. How long it may be, who
     * has received it has decided.
     *
     * @param json the text, in UTF-8
     * @param type a record of this package, of the orchestrator, or of OCI
     * @param <T> the type
     * @return the value
     * @throws IllegalArgumentException if the text is no such value; the message names the field
     */
    public static <T> T readAnswer(byte[] json, Class<T> type) {
        return read(MAPPER.readerFor(type).without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES), json, type);
    }

    private static <T> T read(ObjectReader reader, byte[] json, Class<T> type) {
        try {
            T value = type.cast(reader.readValue(json));
            if (value == null) {
                throw new IllegalArgumentException("must be a JSON object, was null");
            }
            return value;
        } catch (JacksonException e) {
            throw new IllegalArgumentException(describe(e), e);
        }
    }

    /**
     * Reads one value.
     *
     * @param json the text
     * @param type a record of this package, of the orchestrator, or of OCI
     * @param <T> the type
     * @return the value
     * @throws IllegalArgumentException if the text is no such value; the message names the field, and can be shown
     */
    public static <T> T read(String json, Class<T> type) {
        return read(json.getBytes(StandardCharsets.UTF_8), type);
    }

    /**
     * Writes a value.
     *
     * @param value a record of this package, of the orchestrator, or of OCI
     * @return the text in UTF-8, on one line
     */
    public static byte[] write(Object value) {
        return MAPPER.writeValueAsBytes(Objects.requireNonNull(value, "value"));
    }

    private static String describe(JacksonException error) {
        String field = path(error);
        if (error instanceof UnrecognizedPropertyException) {
            return "field '" + field + "' is not known";
        }
        String why = why(error);
        return field.isEmpty() ? why : "field '" + field + "': " + why;
    }

    private static String path(JacksonException error) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : error.getPath()) {
            String name = step.getPropertyName();
            path.append(name == null ? "[" + step.getIndex() + "]" : (path.isEmpty() ? "" : ".") + name);
        }
        return path.length() <= 200 ? path.toString() : path.substring(0, 200) + "...";
    }

    /** Jackson's own words name classes and quote what they were about, but for the grammar. */
    private static String why(JacksonException error) {
        if (error.getCause() instanceof IllegalArgumentException ours) {
            return String.valueOf(ours.getMessage());
        }
        if (error.getCause() instanceof NullPointerException missing) {
            String name = String.valueOf(missing.getMessage());
            return NAME.matcher(name).matches() ? name + " is required" : "a field that is required is missing";
        }
        if (String.valueOf(error.getOriginalMessage()).startsWith("Trailing token")) {
            return "more follows the value";
        }
        if (error instanceof InvalidTypeIdException) {
            return "must have the fields of one of the forms that it can have";
        }
        if (error instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
            return "must be of type " + mismatch.getTargetType().getSimpleName();
        }
        return error instanceof StreamReadException ? "it is not JSON" + position(error) : "it is no such value";
    }

    private static String position(JacksonException error) {
        return error.getLocation() == null || error.getLocation().getLineNr() < 1
                ? ""
                : ", at line " + error.getLocation().getLineNr() + ", column "
                        + error.getLocation().getColumnNr();
    }
}
