// SPDX-License-Identifier: Apache-2.0
package io.runflux.wire;

import io.runflux.events.ContainerId;

/** Where what is. */
public final class WirePaths {
    /** All containers, and where a new one is posted to. */
    public static final String CONTAINERS = "/v1/containers";

    /** One container, as a template. */
    public static final String CONTAINER = CONTAINERS + "/{id}";

    /** Runs, over a WebSocket. */
    public static final String RUN = "/v1/run";

    /** The release of what the dead have left. */
    public static final String SWEEP = "/v1/sweep";

    /** What happens. */
    public static final String EVENTS = "/v1/events";

    /** The description of all this. */
    public static final String OPENAPI = "/v1/openapi.json";

    /** Whether the server lives. */
    public static final String HEALTH = "/healthz";

    /** Whether the server takes requests. */
    public static final String READY = "/readyz";

    /** The header of an answer that says where the events were before it. */
    public static final String CURSOR_HEADER = "Runflux-Cursor";

    private WirePaths() {}

    /**
     * Returns the path of a container.
     *
     * @param id the container
     * @return the path
     */
    public static String container(ContainerId id) {
        return CONTAINERS + "/" + id;
    }

    /**
     * Returns the path of something of a container.
     *
     * @param id the container
     * @param part such as {@code start}
     * @return the path
     */
    public static String container(ContainerId id, String part) {
        return container(id) + "/" + part;
    }
}
