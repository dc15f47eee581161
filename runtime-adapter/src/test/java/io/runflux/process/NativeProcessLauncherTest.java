// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import io.runflux.process.ProcessLauncherBuilder.Kind;
import java.util.function.UnaryOperator;

class NativeProcessLauncherTest implements ProcessLauncherContract {
    private final ProcessLauncher launcher = launcher(UnaryOperator.identity());

    @Override
    public ProcessLauncher launcher() {
        return launcher;
    }

    @Override
    public ProcessLauncher launcher(UnaryOperator<ProcessLauncherBuilder> settings) {
        return settings.apply(ProcessLauncher.builder().kind(Kind.NATIVE)).build();
    }
}
