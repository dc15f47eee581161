// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.netty.channel.IoEventLoop;

/** What an {@link EpollHandle} of a process is made of. */
record Endpoint(IoEventLoop loop, int descriptor, Libc libc) {}
