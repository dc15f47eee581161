// SPDX-License-Identifier: Apache-2.0
package io.runflux.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/**
 * That the window of this JVM's terminal has another size. The one class of the JDK that tells of a signal is not part
 * of its API, so it is looked for when it is needed; without it, a window keeps its first size.
 */
final class WindowChanges {
    private static final Logger log = LoggerFactory.getLogger(WindowChanges.class);

    private WindowChanges() {}

    /** Emits at once and after each change, the latest if nobody asks. One subscriber at a time. */
    static Flux<Long> flux() {
        return Flux.create(WindowChanges::listen, FluxSink.OverflowStrategy.LATEST);
    }

    private static void listen(FluxSink<Long> sink) {
        try {
            Class<?> handlers = Class.forName("sun.misc.SignalHandler");
            Object handler = Proxy.newProxyInstance(
                    WindowChanges.class.getClassLoader(), new Class<?>[] {handlers}, onHandle(sink));
            Object previous = handle(handlers, handler);
            sink.onDispose(() -> restore(handlers, previous));
        } catch (ReflectiveOperationException | RuntimeException e) {
            log.debug("changes of the window are not noticed", e);
        }
        sink.next(System.nanoTime());
    }

    private static InvocationHandler onHandle(FluxSink<Long> sink) {
        return (proxy, method, arguments) -> switch (method.getName()) {
            case "handle" -> {
                sink.next(System.nanoTime());
                yield null;
            }
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "window changes";
        };
    }

    private static Object handle(Class<?> handlers, Object handler) throws ReflectiveOperationException {
        Class<?> signals = Class.forName("sun.misc.Signal");
        Object signal = signals.getConstructor(String.class).newInstance("WINCH");
        Method handle = signals.getMethod("handle", signals, handlers);
        return handle.invoke(null, signal, handler);
    }

    private static void restore(Class<?> handlers, Object previous) {
        try {
            handle(handlers, previous);
        } catch (ReflectiveOperationException e) {
            log.debug("changes of the window are still noticed", e);
        }
    }
}
