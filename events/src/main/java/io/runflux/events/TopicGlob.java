// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** A path of topics in which a {@code *} stands for anything but a slash; a slash at the end, for all below it. */
final class TopicGlob {
    private TopicGlob() {}

    /** The topics that it stands for, by their paths; at least one. */
    static Set<String> paths(String glob) {
        Set<String> paths = Arrays.stream(Topic.values())
                .filter(topic -> topic.matches(glob) || matches(glob, topic.path()))
                .map(Topic::path)
                .collect(Collectors.toUnmodifiableSet());
        if (paths.isEmpty()) {
            throw Topic.unknown(glob);
        }
        return paths;
    }

    /**
     * Where the rest does not fit, goes back to the last star and lets it take one character more. Earlier stars need
     * no second try: what is between slashes is matched for itself.
     */
    private static boolean matches(String glob, String path) {
        int at = 0;
        int star = -1;
        int resumed = 0;
        int i = 0;
        while (i < path.length()) {
            if (at < glob.length() && glob.charAt(at) == '*') {
                star = at++;
                resumed = i;
            } else if (at < glob.length() && glob.charAt(at) == path.charAt(i)) {
                at++;
                i++;
            } else if (star >= 0 && path.charAt(resumed) != '/') {
                at = star + 1;
                i = ++resumed;
            } else {
                return false;
            }
        }
        return glob.substring(at).chars().allMatch(c -> c == '*');
    }
}
