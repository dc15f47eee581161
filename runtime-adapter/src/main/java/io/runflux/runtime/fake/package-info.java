/**
 * A runtime in memory, for the tests of services that run containers. Start at
 * {@link io.runflux.runtime.fake.FakeRuntime}:
 *
 * <pre>{@code
 * try (FakeRuntime fake = FakeRuntime.create()) {
 *     fake.program("server", process -> process.stdout("ready\n").then(Mono.never()));
 *     fake.failpoint("state", Failpoint.fail(1, "cannot read cgroup").once());
 *     OciRuntime runtime = fake.runtime();
 *     ...
 * }
 * }</pre>
 */
@NullMarked
package io.runflux.runtime.fake;

import org.jspecify.annotations.NullMarked;
