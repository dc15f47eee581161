// SPDX-License-Identifier: Apache-2.0
/** Container lifecycles as pipelines, and the command line. */
module io.runflux.orchestrator {
    requires transitive io.runflux.events;
    requires transitive io.runflux.runtime.adapter;
    requires com.fasterxml.jackson.annotation;
    requires io.github.resilience4j.circuitbreaker;
    requires io.github.resilience4j.core;
    requires io.github.resilience4j.reactor;
    requires io.github.resilience4j.retry;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;
    requires reactor.netty.http;
    requires org.slf4j;
    requires reactor.pool;
    requires tools.jackson.databind;
    requires static info.picocli;
    requires static micrometer.commons;
    requires static transitive micrometer.core;
    requires static transitive micrometer.observation;
    requires static transitive org.jspecify;

    exports io.runflux.client;
    exports io.runflux.metrics;
    exports io.runflux.orchestrator;
    exports io.runflux.server;

    opens io.runflux.cli to
            info.picocli,
            org.slf4j;
    opens io.runflux.orchestrator to
            tools.jackson.databind;
    opens io.runflux.wire to
            tools.jackson.databind;
}
