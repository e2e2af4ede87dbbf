package dev.heartbeat.chaos;

import dev.heartbeat.store.HeartbeatStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** A store in front of another one that sees every call, whatever verbs the contract has. */
final class Intercepted {
    private Intercepted() {}

    /** What happens around each call. */
    interface Around {
        Object call(Call call) throws Throwable;
    }

    /** One call on its way to the store. */
    interface Call {
        String verb();

        Object[] arguments();

        Object proceed() throws Throwable;

        /** Goes on with other arguments. */
        Object proceed(Object... arguments) throws Throwable;

        /** Returns the first argument of the type, or null. */
        default <T> T find(Class<T> type) {
            for (Object argument : arguments()) {
                if (type.isInstance(argument)) {
                    return type.cast(argument);
                }
            }
            return null;
        }
    }

    static HeartbeatStore store(HeartbeatStore real, Around around) {
        return (HeartbeatStore) Proxy.newProxyInstance(
                HeartbeatStore.class.getClassLoader(),
                new Class<?>[] {HeartbeatStore.class},
                (proxy, method, given) -> around.call(new Call() {
                    private final Object[] arguments = given == null ? new Object[0] : given;

                    @Override
                    public String verb() {
                        return method.getName();
                    }

                    @Override
                    public Object[] arguments() {
                        return arguments;
                    }

                    @Override
                    public Object proceed() throws Throwable {
                        return proceed(arguments);
                    }

                    @Override
                    public Object proceed(Object... others) throws Throwable {
                        try {
                            return method.invoke(real, others);
                        } catch (InvocationTargetException e) {
                            throw e.getTargetException();
                        }
                    }
                }));
    }
}
