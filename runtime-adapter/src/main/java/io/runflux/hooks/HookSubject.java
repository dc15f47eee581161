// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import io.runflux.oci.Mount;
import io.runflux.oci.OciProcess;
import io.runflux.oci.Spec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What of a container conditions are about; args is null if it has no process. */
record HookSubject(@Nullable List<String> args, Map<String, String> annotations, boolean hasBindMounts) {
    static HookSubject of(Spec spec, boolean hasBindMounts) {
        OciProcess process = spec.process();
        return new HookSubject(process == null ? null : process.args(), spec.annotations(), hasBindMounts);
    }

    static boolean hasBindMounts(Spec spec) {
        return spec.mounts().stream().anyMatch(Mount::isBind);
    }
}
