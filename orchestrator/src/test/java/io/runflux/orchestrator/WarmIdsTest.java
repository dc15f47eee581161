// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import static io.runflux.orchestrator.Scene.AT_ONCE;
import static io.runflux.orchestrator.Scene.BUNDLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runflux.events.ContainerId;
import io.runflux.metrics.MeterRecorder;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class WarmIdsTest {
    private static final ResourceOwner SELF = self();
    private static final ResourceOwner DEAD =
            new ResourceOwner(SELF.pid(), SELF.startTime() - 1, SELF.pidNamespace(), SELF.bootId());
    private static final ResourceOwner ELSEWHERE =
            new ResourceOwner(SELF.pid(), SELF.startTime() - 1, SELF.pidNamespace(), "another-boot");

    private final WarmIds ids = new WarmIds("web", Mono.just(SELF));

    private static ResourceOwner self() {
        try {
            return ResourceOwner.current();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static ContainerId idOf(String prefix, ResourceOwner owner) {
        return new WarmIds(prefix, Mono.just(owner))
                .next()
                .blockOptional(AT_ONCE)
                .orElseThrow();
    }

    private boolean isLeftover(ContainerId id) {
        return ids.isLeftover(id).blockOptional(AT_ONCE).orElseThrow();
    }

    @Test
    void next_twoPoolsOfOnePrefix_differ() {
        assertThat(List.of(idOf("web", SELF), idOf("web", SELF), idOf("web", SELF)))
                .doesNotHaveDuplicates();
    }

    @Test
    void next_longestPrefixAndNumbers_isStillAnId() {
        ResourceOwner owner = new ResourceOwner(Integer.MAX_VALUE, 1L << 60, "pid:[4026531836]", "boot");

        assertThat(idOf("a".repeat(32), owner).value())
                .startsWith("a".repeat(32))
                .hasSizeLessThanOrEqualTo(76);
    }

    @Test
    void prefix_unusable_isRefused() {
        assertThatThrownBy(() -> new WarmIds("a".repeat(33))).hasMessageStartingWith("prefix must have at most 32");
        assertThatThrownBy(() -> new WarmIds("we/b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void isLeftover_ownerHasEnded_isTrue() {
        assertThat(isLeftover(idOf("web", DEAD))).isTrue();
    }

    @Test
    void isLeftover_ownerLives_isFalse() {
        assertThat(isLeftover(idOf("web", SELF))).isFalse();
    }

    @Test
    void isLeftover_ofAnotherPlacePrefixOrForm_isFalse() {
        assertThat(isLeftover(idOf("web", ELSEWHERE))).isFalse();
        assertThat(isLeftover(idOf("web-1", DEAD))).isFalse();
        assertThat(isLeftover(idOf("other", DEAD))).isFalse();
        assertThat(isLeftover(ContainerId.of("web-1"))).isFalse();
    }

    @Test
    void isLeftover_ownPlaceIsUnknown_isFalse() {
        WarmIds nowhere = new WarmIds("web", Mono.just(ResourceOwner.NOBODY));

        assertThat(nowhere.isLeftover(idOf("web", ResourceOwner.NOBODY)).block(AT_ONCE))
                .isFalse();
    }

    @Test
    void removeLeftovers_createdByTheDead_removesTheseAlone() {
        try (Scene scene = new Scene()) {
            ContainerId left = idOf("web", DEAD);
            ContainerId borrowed = idOf("web", DEAD);
            ContainerId living = idOf("web", SELF);
            ContainerId somebodys = ContainerId.of("web-1");
            List.of(left, borrowed, living, somebodys)
                    .forEach(id -> scene.runtime().addContainer(id, BUNDLE, Instant.now()));
            scene.runtime().container(borrowed).run();
            PoolMeters none = new PoolMeters("web", MeterRecorder.noOp());
            WarmTemplate template =
                    new WarmTemplate(scene.orchestrator(), ids, id -> LaunchRequest.bundle(id, BUNDLE), none);

            assertThat(template.removeLeftovers().collectList().block(AT_ONCE)).containsExactly(left);

            assertThat(List.of(left, borrowed, living, somebodys))
                    .filteredOn(scene.runtime()::has)
                    .containsExactly(borrowed, living, somebodys);
        }
    }

    @Test
    void warmUp_leftovers_removesThemFirst() {
        try (Scene scene = new Scene()) {
            ContainerId left = idOf("web", DEAD);
            scene.runtime().addContainer(left, BUNDLE, Instant.now());
            WarmPool pool = WarmPool.of(
                    scene.orchestrator(), "web", id -> LaunchRequest.bundle(id, BUNDLE), WarmPoolOptions.of(1));

            pool.warmUp().block(AT_ONCE);

            assertThat(scene.runtime().has(left)).isFalse();
            assertThat(scene.log().stream().filter(line -> line.startsWith("delete") || line.equals("create")))
                    .containsExactly("delete", "create");
            pool.disposeLater().block(AT_ONCE);
        }
    }
}
