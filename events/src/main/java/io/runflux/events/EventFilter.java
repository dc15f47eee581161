// SPDX-License-Identifier: Apache-2.0
package io.runflux.events;

import java.util.Set;

/**
 * Which events a subscriber wants: any of the topics and any of the containers, where an empty set stands for all. A
 * {@link RuntimeEvent.Gap} passes every filter.
 *
 * @param topics paths of topics, such as {@code /tasks/exit}, or their beginnings up to and with a slash, such as
 *     {@code /tasks/}
 * @param containerIds the containers
 */
public record EventFilter(Set<String> topics, Set<ContainerId> containerIds) {
    private static final EventFilter ALL = new EventFilter(Set.of(), Set.of());

    /**
     * Checks and copies the sets.
     *
     * @param topics paths of topics, or their beginnings up to and with a slash
     * @param containerIds the containers
     * @throws IllegalArgumentException if no topic can match one of those given
     */
    public EventFilter {
        topics = Set.copyOf(topics);
        containerIds = Set.copyOf(containerIds);
        topics.forEach(Topic::checkPattern);
    }

    /**
     * Returns the filter that lets everything through.
     *
     * @return the filter
     */
    public static EventFilter all() {
        return ALL;
    }

    /**
     * Returns this filter with other topics.
     *
     * @param patterns paths of topics, or their beginnings up to and with a slash; none for all
     * @return a new filter
     * @throws IllegalArgumentException if no topic can match one of those given
     */
    public EventFilter withTopics(String... patterns) {
        return new EventFilter(Set.of(patterns), containerIds);
    }

    /**
     * Returns this filter with other containers.
     *
     * @param ids the containers; none for all
     * @return a new filter
     */
    public EventFilter withContainers(ContainerId... ids) {
        return new EventFilter(topics, Set.of(ids));
    }

    /**
     * Says whether an event passes.
     *
     * @param event the event
     * @return whether it passes
     */
    public boolean matches(RuntimeEvent event) {
        return event instanceof RuntimeEvent.Gap || (matchesTopic(event.topic()) && matchesContainer(event));
    }

    private boolean matchesTopic(Topic topic) {
        for (String pattern : topics) {
            if (topic.matches(pattern)) {
                return true;
            }
        }
        return topics.isEmpty();
    }

    private boolean matchesContainer(RuntimeEvent event) {
        ContainerId id = event.containerId();
        return containerIds.isEmpty() || (id != null && containerIds.contains(id));
    }
}
