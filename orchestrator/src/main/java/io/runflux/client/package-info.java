// SPDX-License-Identifier: Apache-2.0
/**
 * The other end of a served orchestrator: the same interface, for whoever is in another process or on another machine.
 * Start at {@link io.runflux.client.RunfluxClient}, whose result takes the place of
 * {@link io.runflux.orchestrator.Orchestrator#create()}.
 *
 * <table>
 * <caption>What differs from an orchestrator in this JVM</caption>
 * <tr><th>what</th><th>here</th></tr>
 * <tr><td>the server cannot be reached, or is lost before it has answered</td><td>operations fail with
 *     {@link io.runflux.client.ServerUnavailableException}, which says whether the request may have been done; events
 *     go on by themselves when the server is there again</td></tr>
 * <tr><td>all connections that there may be are in use, and none becomes free in time</td><td>operations fail with
 *     {@link io.runflux.client.ServerUnavailableException}, which says that nothing was done</td></tr>
 * <tr><td>what is answered is no such answer, or too long</td><td>operations fail with
 *     {@link io.runflux.client.UnreadableAnswerException}</td></tr>
 * <tr><td>the server refuses by itself, or fails inside</td><td>operations fail with
 *     {@link io.runflux.client.ServerProblemException}</td></tr>
 * <tr><td>files, descriptors and streams of this JVM as standard streams</td><td>refused with
 *     {@link io.runflux.runtime.NotSupportedException}; pipes and terminals are carried over</td></tr>
 * <tr><td>the stack trace and the causes of an error</td><td>stay where it happened; its class, its message and its
 *     values are told</td></tr>
 * <tr><td>a process ends while its output is not read</td><td>its end is told behind what it wrote, and so when that was
 *     read or cancelled; a time limit that is over is told all the same, a second later, counted from the first output</td></tr>
 * <tr><td>one output of two is cancelled</td><td>what still comes of it is dropped, and its pipe stays open</td></tr>
 * <tr><td>{@link io.runflux.runtime.ContainerProcess#pid()} and {@code signal} of a process whose streams are worked
 *     with</td><td>0, and {@link io.runflux.runtime.NotSupportedException}</td></tr>
 * <tr><td>events from the subscription on</td><td>from the moment at which the server has it</td></tr>
 * <tr><td>disposal</td><td>closes the connections, and leaves containers alone, but for those that somebody here
 *     runs: that is cancelled</td></tr>
 * </table>
 */
@NullMarked
package io.runflux.client;

import org.jspecify.annotations.NullMarked;
