package dev.heartbeat.inmemory.kit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The tests of the kit that must see what is wrong with a broken store, by their sentences. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface SeenBy {
    String[] value();
}
