// SPDX-License-Identifier: Apache-2.0
/**
 * Commands in process hosts: on this machine, or in a container. Start at {@link io.runflux.host.Command}, or, to be a
 * host of another kind, at {@link io.runflux.host.ProcessHost}:
 *
 * <pre>{@code
 * Mono<CommandOutput> here = Command.of(ProcessHost.local(launcher), "uname", "-r").output();
 *
 * Command reload = Command.of(ProcessHost.container(runtime, id), "reload");
 * Mono<ExitState> there = reload.withProcess(reload.process().withCwd("/etc").withTerminal(true))
 *         .withCancellation(shutdown)
 *         .run();
 * }</pre>
 *
 * <p>The behaviour is that of hcsshim, package {@code internal/cmd}, on Linux. It differs in these points:
 *
 * <table>
 * <caption>What differs</caption>
 * <tr><th>there</th><th>here</th></tr>
 * <tr><td>the context's error, if it is done before the start</td>
 *     <td>{@link java.util.concurrent.CancellationException}</td></tr>
 * <tr><td>the error of a single failure as it is, several joined</td>
 *     <td>always {@link io.runflux.host.CommandException}, which has them all</td></tr>
 * <tr><td>of standard output and error the first error counts</td><td>both do</td></tr>
 * <tr><td>waiting for the process may fail, which is logged</td>
 *     <td>that is reported as {@link io.runflux.host.ExitUnknownException}, as is an unknown exit status</td></tr>
 * <tr><td>variables without {@code =}, and with an empty value, are dropped</td>
 *     <td>the former are refused, and the latter are kept</td></tr>
 * <tr><td>work on streams is a reader or a writer, and one that fails leaves the process to block</td>
 *     <td>work whose end or error comes before the stream's closes the stream</td></tr>
 * <tr><td>a reader that is closed by the timeout fails, and its error is reported as well</td>
 *     <td>the work sees the end of the stream, and the timeout alone is reported</td></tr>
 * <tr><td>a kill that fails is ignored</td><td>it is logged</td></tr>
 * <tr><td>output of any size is kept</td><td>{@value io.runflux.host.Command#MAX_OUTPUT_BYTES} bytes are, and the
 *     output says whether there was more</td></tr>
 * <tr><td>{@code ExecInShimHost} ignores directory, terminal and cancellation, inherits the environment, and gives a
 *     program without arguments an empty one</td>
 *     <td>it is {@code Command.of(ProcessHost.local(launcher), ...).run()}, which does none of that</td></tr>
 * <tr><td>{@code ExecInUvm}</td>
 *     <td>it is {@code Command.of(ProcessHost.container(runtime, id), ...).run()}</td></tr>
 * <tr><td>both say {@code missing command} if there is none</td>
 *     <td>there is no such {@link io.runflux.host.Command}, and no host starts one</td></tr>
 * </table>
 */
@NullMarked
package io.runflux.host;

import org.jspecify.annotations.NullMarked;
