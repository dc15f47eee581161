// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.util.List;
import java.util.Map;

/**
 * The hooks of a container, each list in the order in which they are called.
 *
 * @param prestart called before the process starts, in the namespaces of the runtime; deprecated by the specification
 * @param createRuntime called while the container is created, in the namespaces of the runtime
 * @param createContainer called while the container is created, in its namespaces
 * @param startContainer called before the process starts, in the container
 * @param poststart called after the process started
 * @param poststop called after the container was deleted
 * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
 */
public record Hooks(
        List<Hook> prestart,
        List<Hook> createRuntime,
        List<Hook> createContainer,
        List<Hook> startContainer,
        List<Hook> poststart,
        List<Hook> poststop,
        @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
    /**
     * Checks and copies the values.
     *
     * @param prestart called before the process starts, in the namespaces of the runtime; deprecated by the
     *     specification
     * @param createRuntime called while the container is created, in the namespaces of the runtime
     * @param createContainer called while the container is created, in its namespaces
     * @param startContainer called before the process starts, in the container
     * @param poststart called after the process started
     * @param poststop called after the container was deleted
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     */
    public Hooks {
        prestart = Values.list("hooks.prestart", prestart);
        createRuntime = Values.list("hooks.createRuntime", createRuntime);
        createContainer = Values.list("hooks.createContainer", createContainer);
        startContainer = Values.list("hooks.startContainer", startContainer);
        poststart = Values.list("hooks.poststart", poststart);
        poststop = Values.list("hooks.poststop", poststop);
        unknown = Values.unknown(unknown);
    }
}
