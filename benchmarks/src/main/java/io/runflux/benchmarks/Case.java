// SPDX-License-Identifier: Apache-2.0
package io.runflux.benchmarks;

/**
 * One contender under one condition of a question.
 *
 * @param setting the condition, such as {@code 64 in flight}
 * @param contender who is measured
 * @param measurement how
 */
record Case(String setting, String contender, Measurement measurement) {}
