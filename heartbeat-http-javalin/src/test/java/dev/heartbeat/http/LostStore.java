package dev.heartbeat.http;

import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.StoreException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.BooleanSupplier;

/** A store that has stopped answering. */
final class LostStore {
    private LostStore() {}

    static HeartbeatStore of(HeartbeatStore store) {
        return of(store, () -> true);
    }

    /** A store that does not answer while this says so. */
    static HeartbeatStore of(HeartbeatStore store, BooleanSupplier lost) {
        return (HeartbeatStore) Proxy.newProxyInstance(
                HeartbeatStore.class.getClassLoader(),
                new Class<?>[] {HeartbeatStore.class},
                (proxy, method, arguments) -> call(store, lost, method, arguments));
    }

    private static Object call(HeartbeatStore store, BooleanSupplier lost, Method method, Object[] arguments)
            throws Throwable {
        if (lost.getAsBoolean() && !method.getName().equals("wakeGap")) {
            throw new StoreException(method.getName() + ": jdbc:secret did not answer");
        }
        try {
            return method.invoke(store, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
