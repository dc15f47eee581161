// SPDX-License-Identifier: Apache-2.0
package io.runflux.orchestrator;

import io.runflux.runtime.OciRuntime;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A runtime with some of its operations played instead of done, for those that it does not have. What they were given
 * is written down.
 */
final class PlayedRuntime {
    private final Map<String, Object> answers = new ConcurrentHashMap<>();
    private final List<Object> given = new CopyOnWriteArrayList<>();

    /** From now on an operation answers with that. */
    PlayedRuntime play(String operation, Object answer) {
        answers.put(operation, answer);
        return this;
    }

    /** From now on an operation is done. */
    void stopPlaying(String operation) {
        answers.remove(operation);
    }

    /** What the played operations were given beside the container. */
    List<Object> given() {
        return given;
    }

    OciRuntime over(OciRuntime runtime) {
        return (OciRuntime) Proxy.newProxyInstance(
                OciRuntime.class.getClassLoader(),
                new Class<?>[] {OciRuntime.class},
                (proxy, method, arguments) -> call(runtime, method, arguments));
    }

    private Object call(OciRuntime runtime, Method method, Object @Nullable [] arguments) throws Throwable {
        Object answer = answers.get(method.getName());
        if (answer == null || arguments == null) {
            return callReally(runtime, method, arguments);
        }
        given.addAll(List.of(arguments).subList(1, arguments.length));
        return answer;
    }

    private static Object callReally(OciRuntime runtime, Method method, Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(runtime, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
