// SPDX-License-Identifier: Apache-2.0
package io.runflux.runtime;

import static io.runflux.runtime.RuntimeFeature.*;

import io.runflux.events.ContainerId;
import java.nio.file.Path;
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
    public List<String> restore(ContainerId id, Path bundle, Exchange exchange, RestoreOptions options) {
        refuse(options.lazyPages(), "restore with lazy pages");
        refuse(options.autoDedup(), "restore with auto-dedup");
        refuse(options.noSubreaper(), "restore with no-subreaper");
        refuse(options.create().noPivot(), "restore with no-pivot");
        refuse(!options.criu().emptyNamespaces().isEmpty(), "restore with empty namespaces");
        return super.restore(id, bundle, exchange, options);
    }

    @Override
    public boolean attachesTerminals(boolean isInit) {
        return true;
    }

    @Override
    public boolean killsBlindly() {
        return true;
    }
}
