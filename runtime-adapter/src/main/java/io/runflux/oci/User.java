// SPDX-License-Identifier: Apache-2.0
package io.runflux.oci;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who a process of a container runs as.
 *
 * @param uid 0 to 4294967295
 * @param gid 0 to 4294967295
 * @param umask the file mode creation mask, 0 to 0777, or null for that of the runtime
 * @param additionalGids further groups
 * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
 */
public record User(
        @JsonInclude(JsonInclude.Include.ALWAYS) long uid,
        @JsonInclude(JsonInclude.Include.ALWAYS) long gid,
        @Nullable Integer umask,
        List<Long> additionalGids,
        @JsonAnyGetter @JsonAnySetter Map<String, Object> unknown) {
    /**
     * Checks and copies the values.
     *
     * @param uid 0 to 4294967295
     * @param gid 0 to 4294967295
     * @param umask the file mode creation mask, 0 to 0777, or null for that of the runtime
     * @param additionalGids further groups
     * @param unknown the fields that this record does not model, as maps, lists, texts, numbers, booleans and null
     * @throws IllegalArgumentException if one is out of its range
     */
    public User {
        Values.unsignedInt("user.uid", uid);
        Values.unsignedInt("user.gid", gid);
        if (umask != null && (umask < 0 || umask > 0777)) {
            throw new IllegalArgumentException("user.umask must be from 0 to 511 (octal 0777), was " + umask);
        }
        additionalGids = Values.list("user.additionalGids", additionalGids);
        additionalGids.forEach(gidOfList -> Values.unsignedInt("user.additionalGids", gidOfList));
        unknown = Values.unknown(unknown);
    }

    /**
     * Returns a user without further groups.
     *
     * @param uid 0 to 4294967295
     * @param gid 0 to 4294967295
     * @return the user
     */
    public static User of(long uid, long gid) {
        return new User(uid, gid, null, List.of(), Map.of());
    }
}
