package dev.heartbeat.http;

import dev.heartbeat.store.HeartbeatStore;
import dev.heartbeat.store.Page;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Notes what is asked of a store. */
final class CountedStore {
    final List<String> calls = new CopyOnWriteArrayList<>();
    /** What a store that bills documents would count: each item of a page; the state cells are one. */
    final AtomicInteger documents = new AtomicInteger();

    HeartbeatStore over(HeartbeatStore real) {
        return (HeartbeatStore) Proxy.newProxyInstance(
                HeartbeatStore.class.getClassLoader(),
                new Class<?>[] {HeartbeatStore.class},
                (proxy, method, arguments) -> {
                    calls.add(method.getName());
                    try {
                        Object answer = method.invoke(real, arguments);
                        documents.addAndGet(
                                answer instanceof Page<?> page ? page.items().size() : 1);
                        return answer;
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                });
    }

    void forget() {
        calls.clear();
        documents.set(0);
    }
}
