// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime.fake;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** The containers that are there. */
final class Containers {
    private final Map<String, FakeContainer> all = new ConcurrentSkipListMap<>();

    Collection<FakeContainer> all() {
        return all.values();
    }

    boolean has(String id) {
        return all.containsKey(id);
    }

    FakeContainer get(String id) {
        FakeContainer container = all.get(id);
        if (container == null) {
            throw new RuncFailure("container does not exist");
        }
        return container;
    }

    /** Says whether there was none of that id. */
    boolean add(FakeContainer container) {
        return all.putIfAbsent(container.id(), container) == null;
    }

    void remove(FakeContainer container) {
        container.kill();
        all.remove(container.id(), container);
    }
}
