// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.runflux.server.Query.Parameter;
import io.runflux.wire.Problem;
import io.runflux.wire.StreamFrames;
import io.runflux.wire.WireSchemas;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The table of routes as a description of OpenAPI 3.1. */
final class OpenApi {
    private static final String DESCRIPTION = "Containers, what happens to them, and the streams of their processes."
            + " Errors are problems (RFC 9457), but for what is no HTTP at all: that is answered with 400, 414 or 431"
            + " without a body. Who is answered before all was sent is cut off soon after. Bodies have at most 1 MiB; fields that are not known are refused.";
    private static final String SOCKET = " Over a WebSocket of the subprotocol " + StreamFrames.SUBPROTOCOL
            + ": the first message is a text with the request, or {}; all others are binary. Their first byte is 0 for"
            + " input (nothing more: its end), 1 for output, 2 for errors, 4 for the new size of the terminal as"
            + " {\"rows\":24,\"columns\":80}, 5 for a client that does no more with the streams (a text: what failed),"
            + " and 3 for the last message, which says how it ended as JSON: a report, an"
            + " exitStatus, or a problem.";

    private static final String EVENTS = " Over a WebSocket each event is a text.";

    private OpenApi() {}

    /** Describes the server that has these demands, so that nothing is demanded where nobody has to show anything. */
    static Map<String, Object> describe(RouteTable table, Demands demands) {
        WireSchemas schemas = new WireSchemas();
        Map<String, Map<String, Object>> paths = new LinkedHashMap<>();
        for (Route route : table.routes()) {
            paths.computeIfAbsent(route.template(), path -> new LinkedHashMap<>())
                    .put(key(route), operation(route, schemas, demands));
        }
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("openapi", "3.1.0");
        description.put("info", Map.of("title", "Runflux", "version", "1", "description", DESCRIPTION));
        description.put("paths", paths);
        description.put("components", Map.of("schemas", schemas.definitions(), "securitySchemes", demands.schemes()));
        return description;
    }

    private static String key(Route route) {
        return route.method().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> operation(Route route, WireSchemas schemas, Demands demands) {
        Map<String, Object> operation = new LinkedHashMap<>();
        operation.put("operationId", route.name());
        operation.put("summary", route.summary());
        if (route.isSocket()) {
            operation.put("description", route.summary() + "." + (route.mustUpgrade() ? SOCKET : EVENTS));
        }
        operation.put("parameters", parameters(route));
        if (route.request() != null && !route.mustUpgrade()) {
            operation.put(
                    "requestBody",
                    Map.of("content", Map.of(Exchange.JSON, Map.of("schema", schemas.of(route.request())))));
        }
        if (route.mustUpgrade()) {
            operation.put("x-first-message", route.request() == null ? Map.of() : schemas.of(route.request()));
        }
        operation.put("responses", responses(route, schemas));
        operation.put("security", demands.requirementsOf(route.template()));
        return operation;
    }

    private static List<Map<String, Object>> parameters(Route route) {
        List<Map<String, Object>> parameters = new ArrayList<>();
        if (route.template().contains("{id}")) {
            parameters.add(Map.of("name", "id", "in", "path", "required", true, "schema", Map.of("type", "string")));
        }
        for (Parameter parameter : route.query()) {
            parameters.add(Map.of(
                    "name",
                    parameter.name(),
                    "in",
                    "query",
                    "description",
                    parameter.description(),
                    "schema",
                    parameter.isRepeated()
                            ? Map.of("type", "array", "items", Map.of("type", parameter.type()))
                            : Map.of("type", parameter.type())));
        }
        return parameters;
    }

    private static Map<String, Object> responses(Route route, WireSchemas schemas) {
        Map<String, Object> responses = new LinkedHashMap<>();
        String code = route.mustUpgrade() ? "101" : String.valueOf(route.status());
        Map<String, Object> success = new LinkedHashMap<>();
        success.put("description", route.mustUpgrade() ? "The streams" : "Done");
        Map<String, Object> content = new LinkedHashMap<>();
        for (String type : route.types()) {
            content.put(type, route.response() == null ? Map.of() : Map.of("schema", schemas.of(route.response())));
        }
        if (!content.isEmpty()) {
            success.put("content", content);
        }
        responses.put(code, success);
        responses.put(
                "default",
                Map.of(
                        "description",
                        "What went wrong",
                        "content",
                        Map.of(Problem.MEDIA_TYPE, Map.of("schema", schemas.of(Problem.class)))));
        return responses;
    }
}
