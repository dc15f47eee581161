// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static io.runflux.runtime.RuntimeFeature.*;

import java.util.List;
import java.util.Set;

/** The command line of crun 1.8 and later: that of runc, with fewer commands. */
final class CrunDialect extends RuncDialect {
    CrunDialect() {
        super("crun");
    }

    @Override
    public List<List<String>> help() {
        return List.of(List.of("--help"));
    }

    /** Its table of processes has a column of pids and no options. */
    @Override
    public Set<RuntimeFeature> features(RuntimeProfile profile) {
        Set<RuntimeFeature> features = super.features(profile);
        features.remove(TOP_COLUMNS);
        return features;
    }

    @Override
    public boolean attachesTerminals(boolean isInit) {
        return true;
    }

    @Override
    public boolean killsSilently() {
        return true;
    }
}
