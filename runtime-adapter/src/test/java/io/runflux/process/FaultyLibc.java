// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** The real C library, but for calls that were told to return something else instead. */
final class FaultyLibc {
    private final Libc real = NativeSupport.libc();
    private final Map<String, Fault> faults = new ConcurrentHashMap<>();
    private final Libc libc = (Libc) Proxy.newProxyInstance(
            Libc.class.getClassLoader(), new Class<?>[] {Libc.class}, (proxy, method, arguments) -> {
                Fault fault = faults.get(method.getName());
                if (fault != null && fault.condition().test(arguments)) {
                    return fault.result();
                }
                try {
                    return method.invoke(real, arguments);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            });

    Libc libc() {
        return libc;
    }

    void fail(String function, int result) {
        fail(function, arguments -> true, result);
    }

    void fail(String function, Predicate<Object[]> condition, int result) {
        faults.put(function, new Fault(condition, result));
    }

    void heal(String function) {
        faults.remove(function);
    }

    private record Fault(Predicate<Object[]> condition, int result) {}
}
