// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.runflux.wire.WirePaths;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a client has to show.
 *
 * @param token whether requests need a bearer token
 * @param certificate whether connections need a certificate
 */
record Demands(boolean token, boolean certificate) {
    static final Demands NONE = new Demands(false, false);

    /** These say nothing that anybody could use, and are answered without a token. */
    private static final Set<String> OPEN = Set.of(WirePaths.HEALTH, WirePaths.READY);

    static boolean isOpen(String path) {
        return OPEN.contains(path);
    }

    /** Returns the schemes of OpenAPI. */
    Map<String, Object> schemes() {
        Map<String, Object> schemes = new LinkedHashMap<>();
        if (token) {
            schemes.put("bearer", Map.of("type", "http", "scheme", "bearer"));
        }
        if (certificate) {
            schemes.put("certificate", Map.of("type", "mutualTLS"));
        }
        return schemes;
    }

    /** Returns what a path demands: all of one requirement, or of none. */
    List<Map<String, Object>> requirementsOf(String path) {
        Map<String, Object> all = new LinkedHashMap<>();
        schemes().keySet().forEach(scheme -> all.put(scheme, List.of()));
        if (isOpen(path)) {
            all.remove("bearer");
        }
        return all.isEmpty() ? List.of() : List.of(all);
    }
}
