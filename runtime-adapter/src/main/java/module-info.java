// SPDX-License-Identifier: Apache-2.0
/** The non-blocking process launcher, the clients of OCI runtimes, hooks and networks. */
module io.runflux.runtime.adapter {
    requires transitive io.runflux.events;
    requires transitive reactor.core;
    requires transitive reactor.netty.core;
    requires transitive org.reactivestreams;
    requires transitive io.netty.buffer;
    requires io.netty.common;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;
    requires com.sun.jna;
    requires io.github.javadiffutils;
    requires transitive org.slf4j;
    requires re2j;
    requires io.github.resilience4j.core;
    requires io.github.resilience4j.reactor;
    requires io.github.resilience4j.retry;
    requires com.fasterxml.jackson.annotation;
    requires tools.jackson.databind;
    requires static transitive org.jspecify;

    exports io.runflux.hooks;
    exports io.runflux.host;
    exports io.runflux.network;
    exports io.runflux.oci;
    exports io.runflux.process;
    exports io.runflux.runtime;
    exports io.runflux.runtime.fake;
    exports io.runflux.stdio;

    opens io.runflux.hooks to
            tools.jackson.databind;
    opens io.runflux.oci to
            tools.jackson.databind;
}
