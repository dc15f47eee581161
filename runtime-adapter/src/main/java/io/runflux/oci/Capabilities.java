// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.util.List;
import java.util.Map;

/**
 * The capability sets of a process (capabilities(7)), by names such as {@code CAP_KILL}.
 *
 * @param bounding the bounding set
 * @param effective the effective set
 * @param inheritable the inheritable set
 * @param permitted the permitted set
 * @param ambient the ambient set
 * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
 */
public record Capabilities(
        List<String> bounding,
        List<String> effective,
        List<String> inheritable,
        List<String> permitted,
        List<String> ambient,
        @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
    /**
     * Checks and copies the values.
     *
     * @param bounding the bounding set
     * @param effective the effective set
     * @param inheritable the inheritable set
     * @param permitted the permitted set
     * @param ambient the ambient set
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     */
    public Capabilities {
        bounding = Values.list("capabilities.bounding", bounding);
        effective = Values.list("capabilities.effective", effective);
        inheritable = Values.list("capabilities.inheritable", inheritable);
        permitted = Values.list("capabilities.permitted", permitted);
        ambient = Values.list("capabilities.ambient", ambient);
        unknown = Values.unknown(unknown);
    }
}
