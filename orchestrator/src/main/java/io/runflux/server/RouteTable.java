// SPDX-License-Identifier: Apache-2.0
package io.runflux.server;

import io.runflux.wire.ProblemKind;
import io.runflux.wire.RefusedException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All that can be asked for. Paths are compared as they are sent: what is in one needs no encoding. */
record RouteTable(List<Route> routes) {
    RouteTable {
        routes = List.copyOf(routes);
    }

    /** Fails if there is no such path, or not with that method. One that upgrades comes before one that does not. */
    Match find(String method, String path, boolean isUpgrade) {
        TreeSet<String> methods = new TreeSet<>();
        Match found = null;
        for (Route route : routes) {
            Map<String, String> parameters = match(route.template(), path);
            if (parameters != null && !route.method().equals(method)) {
                methods.add(route.method());
            } else if (parameters != null && (found == null || (isUpgrade && route.isSocket()))) {
                found = new Match(route, parameters);
            }
        }
        if (found != null) {
            return found;
        }
        throw methods.isEmpty()
                ? new RefusedException(ProblemKind.NO_SUCH_PATH, "there is no such path")
                : new MethodNotAllowedException(methods);
    }

    private static @Nullable Map<String, String> match(String template, String path) {
        String[] wanted = template.split("/", -1);
        String[] given = path.split("/", -1);
        if (wanted.length != given.length) {
            return null;
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{")) {
                parameters.put(wanted[i].substring(1, wanted[i].length() - 1), given[i]);
            } else if (!wanted[i].equals(given[i])) {
                return null;
            }
        }
        return parameters;
    }

    record Match(Route route, Map<String, String> parameters) {}

    /** The path has other methods. */
    static final class MethodNotAllowedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** Those. */
        private final String allowed;

        MethodNotAllowedException(Set<String> methods) {
            super("the path has " + String.join(", ", methods), null, true, false);
            allowed = String.join(", ", methods);
        }

        String allowed() {
            return allowed;
        }
    }
}
