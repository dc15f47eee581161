// SPDX-License-Identifier: Apache-2.0
/** The vocabulary of Runflux, and its in-process event stream. */
module io.runflux.events {
    requires transitive reactor.core;
    requires transitive org.reactivestreams;
    requires tools.jackson.databind;
    requires static transitive org.jspecify;

    exports io.runflux.events;
}
