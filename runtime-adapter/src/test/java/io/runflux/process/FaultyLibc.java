// SPDX-License-Identifier: Apache-2.0
package io.runflux.process;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The real C library, but for calls that were told to return something else instead. */
final class FaultyLibc {
    private final Libc real = NativeSupport.libc();
    private final Map<String, Integer> faults = new ConcurrentHashMap<>();
    private final Libc libc = (Libc) Proxy.newProxyInstance(
            Libc.class.getClassLoader(), new Class<?>[] {Libc.class}, (proxy, method, arguments) -> {
                Integer fault = faults.get(method.getName());
                if (fault != null) {
                    return fault;
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
        faults.put(function, result);
    }

    void heal(String function) {
        faults.remove(function);
    }
}
