// SPDX-License-Identifier: Apache-2.0
package io.runflux.hooks;

import io.runflux.oci.Spec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What hook directories hold.
 *
 * @param hooks the hooks, in the order in which they are called
 * @param errors the files and directories that could not be used, in the order of the directories and of the names
 * @param extensionStages the stages whose hooks the caller calls itself
 */
public record HookSet(List<HookFile> hooks, List<HookFileException> errors, Set<String> extensionStages) {
    /**
     * Checks and copies the values.
     *
     * @param hooks the hooks, in the order in which they are called
     * @param errors the files and directories that could not be used, in the order of the directories and of the names
     * @param extensionStages the stages whose hooks the caller calls itself
     * @throws IllegalArgumentException if a hook has a stage that is neither the specification's nor an extension
     */
    public HookSet {
        hooks = List.copyOf(hooks);
        errors = List.copyOf(errors);
        extensionStages = Set.copyOf(extensionStages);
        for (HookFile file : hooks) {
            HookFileReader.checkStages(file.stages(), extensionStages);
        }
    }

    /**
     * Insists on every file and directory, since one that cannot be used may hold a hook that was to guard containers.
     *
     * @return this
     * @throws HookFileException as the first of the errors, with the others suppressed; a new one each time, so that
     *     what is added to it does not pile up in a set that is kept
     */
    public HookSet requireUsable() {
        if (!errors.isEmpty()) {
            HookFileException error = HookFileException.again(errors.get(0));
            errors.stream().skip(1).forEach(error::addSuppressed);
            throw error;
        }
        return this;
    }

    /**
     * Selects the hooks that are for a container. It has bind mounts if its configuration has a mount of type
     * {@code bind}, or one with option {@code bind} or {@code rbind}.
     *
     * @param spec the configuration of the container, which may have hooks of its own
     * @return the hooks
     * @throws HookFileException if a command has to match and {@code process.args} is empty
     */
    public HookSelection select(Spec spec) {
        return select(spec, HookSubject.hasBindMounts(spec));
    }

    /**
     * Selects the hooks that are for a container.
     *
     * <p>Each is appended to its stages in {@code hooks} of the configuration, those of stage {@code prestart} to
     * {@code createRuntime}, where runtimes call them; hooks of an extension stage are handed out instead, even if the
     * specification has a stage of that name.
     *
     * @param spec the configuration of the container, which may have hooks of its own
     * @param hasBindMounts whether the container counts as one with bind mounts, whatever its configuration says
     * @return the hooks
     * @throws HookFileException if a command has to match and {@code process.args} is empty
     */
    public HookSelection select(Spec spec, boolean hasBindMounts) {
        HookSubject subject = HookSubject.of(Objects.requireNonNull(spec, "spec"), hasBindMounts);
        List<HookVerdict> verdicts =
                hooks.stream().map(file -> verdict(file, subject)).toList();
        HookStages stages = new HookStages();
        Map<String, List<HookFile>> extensionHooks = new HashMap<>();
        verdicts.stream()
                .filter(HookVerdict::applies)
                .forEach(verdict -> place(verdict.file(), stages, extensionHooks));
        return new HookSelection(spec.withHooks(stages.appendTo(spec.hooks())), extensionHooks, verdicts);
    }

    private static HookVerdict verdict(HookFile file, HookSubject subject) {
        try {
            HookCondition.Answer answer = file.when().test(subject);
            return new HookVerdict(file, answer.matches(), answer.reason());
        } catch (IllegalArgumentException e) {
            throw new HookFileException(file.path(), String.valueOf(e.getMessage()), e);
        }
    }

    private void place(HookFile file, HookStages stages, Map<String, List<HookFile>> extensionHooks) {
        for (String stage : file.stages()) {
            if (extensionStages.contains(stage)) {
                extensionHooks.computeIfAbsent(stage, name -> new ArrayList<>()).add(file);
            } else {
                stages.add(stage, file.hook());
            }
        }
    }
}
