// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

/** What every launcher promises. */
interface ProcessLauncherContract
        extends StartContract, EnvironmentContract, OutputContract, InputContract, EndContract, DisposalContract {}
