// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.events.ContainerId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import reactor.core.publisher.Mono;

/**
 * The ids of a pool's containers, which say whose they are: prefix, pid, start time, a digest of the pid namespace and
 * the boot, the pool, and a number. So it can be told of one that is found whether its pool is still there.
 */
final class WarmIds {
    private static final int LONGEST_PREFIX = 32;
    private static final int RADIX = 36;
    private static final Pattern OWNED =
            Pattern.compile("-([0-9a-z]{1,6})-([0-9a-z]{1,12})-([0-9a-z]{1,8})-[0-9a-z]{1,6}-[0-9a-z]+");
    private static final long DIGEST_MASK = (1L << 40) - 1;
    private static final int POOLS = RADIX * RADIX * RADIX * RADIX * RADIX;

    private final String prefix;
    private final Mono<ResourceOwner> owner;
    private final String pool = toText(ThreadLocalRandom.current().nextInt(POOLS));
    private final AtomicLong count = new AtomicLong();

    WarmIds(String prefix) {
        this(prefix, FileWork.call(ResourceOwner::current).onErrorReturn(IOException.class, ResourceOwner.NOBODY));
    }

    WarmIds(String prefix, Mono<ResourceOwner> owner) {
        if (prefix.length() > LONGEST_PREFIX) {
            throw new IllegalArgumentException(
                    "prefix must have at most " + LONGEST_PREFIX + " characters, was '" + prefix + "'");
        }
        this.prefix = ContainerId.of(prefix).value();
        this.owner = owner.cache();
    }

    String prefix() {
        return prefix;
    }

    Mono<ContainerId> next() {
        return owner.map(self -> ContainerId.of(String.join(
                "-",
                prefix,
                toText(self.pid()),
                toText(self.startTime()),
                digest(self),
                pool,
                toText(count.incrementAndGet()))));
    }

    /** Whether it is of this prefix, and its owner was where this process is, and has ended. */
    Mono<Boolean> isLeftover(ContainerId id) {
        Matcher parts = OWNED.matcher(id.value().startsWith(prefix) ? id.value().substring(prefix.length()) : "");
        return parts.matches() ? owner.flatMap(self -> isLeftover(parts, self)) : Mono.just(false);
    }

    private static Mono<Boolean> isLeftover(Matcher parts, ResourceOwner self) {
        if (self.equals(ResourceOwner.NOBODY) || !parts.group(3).equals(digest(self))) {
            return Mono.just(false);
        }
        ResourceOwner other = new ResourceOwner(
                (int) Long.parseLong(parts.group(1), RADIX),
                Long.parseLong(parts.group(2), RADIX),
                self.pidNamespace(),
                self.bootId());
        return FileWork.call(() -> !other.mayRun());
    }

    private static String toText(long number) {
        return Long.toString(number, RADIX);
    }

    private static String digest(ResourceOwner owner) {
        String place = owner.pidNamespace() + "\n" + owner.bootId();
        try {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(place.getBytes(StandardCharsets.UTF_8));
            return toText(ByteBuffer.wrap(sum).getLong() & DIGEST_MASK);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
