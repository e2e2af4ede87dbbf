package dev.heartbeat.flow;

import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.StoreException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A store in front of another one that counts calls by verb, and fails, delays or observes them as a test wishes. */
final class Probe {
    /** What happens around a call. */
    interface Around {
        Object call(Call call) throws Throwable;
    }

    /** The real call. */
    interface Call {
        Object proceed() throws Throwable;

        /** Its arguments. */
        List<Object> arguments();
    }

    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final Map<String, Around> arounds = new ConcurrentHashMap<>();
    private final HeartbeatStore store;

    Probe(HeartbeatStore real) {
        store = (HeartbeatStore) Proxy.newProxyInstance(
                HeartbeatStore.class.getClassLoader(),
                new Class<?>[] {HeartbeatStore.class},
                (proxy, method, arguments) -> {
                    String verb = method.getName();
                    calls.computeIfAbsent(verb, name -> new AtomicInteger()).incrementAndGet();
                    Call call = new Call() {
                        @Override
                        public Object proceed() throws Throwable {
                            try {
                                return method.invoke(real, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getTargetException();
                            }
                        }

                        @Override
                        public List<Object> arguments() {
                            return arguments == null ? List.of() : Arrays.asList(arguments);
                        }
                    };
                    Around around = arounds.get(verb);
                    return around == null ? call.proceed() : around.call(call);
                });
    }

    HeartbeatStore store() {
        return store;
    }

    int calls(String verb) {
        return calls.getOrDefault(verb, new AtomicInteger()).get();
    }

    void around(String verb, Around around) {
        arounds.put(verb, around);
    }

    /** The next call of the verb fails before anything is written. */
    void failBefore(String verb) {
        once(verb, call -> {
            throw new StoreException(verb + " did not answer");
        });
    }

    /** The next call of the verb does its work, but the answer gets lost. */
    void failAfter(String verb) {
        once(verb, call -> {
            call.proceed();
            throw new StoreException(verb + " did its work, the answer got lost");
        });
    }

    /** Something happens around the next call of the verb alone. */
    void once(String verb, Around around) {
        arounds.put(verb, call -> {
            arounds.remove(verb);
            return around.call(call);
        });
    }

    void failAlways(String verb) {
        around(verb, call -> {
            throw new StoreException(verb + " does not answer");
        });
    }

    void heal(String verb) {
        arounds.remove(verb);
    }
}
