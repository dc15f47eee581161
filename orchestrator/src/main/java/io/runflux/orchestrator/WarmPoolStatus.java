// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

/**
 * How a {@link WarmPool} is doing at one moment.
 *
 * @param ready how many containers wait to be borrowed
 * @param creating how many are being created to be ready
 * @param borrowed how many are borrowed, or are being created or started for a borrower
 * @param waiting how many borrowers wait until another gives his up
 * @param failures how many creations have failed in a row
 */
public record WarmPoolStatus(int ready, int creating, int borrowed, int waiting, int failures) {}
