package io.jvmm.monitor.json;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A JSON value. Immutable, but for objects under construction. */
public sealed interface Json {

    /** The null value. */
    record Null() implements Json {}

    /**
     * A boolean.
     *
     * @param value the value
     */
    record Bool(boolean value) implements Json {}

    /**
     * A number, kept as it was written.
     *
     * @param digits its JSON text
     */
    record Num(String digits) implements Json {}

    /**
     * A string.
     *
     * @param value the characters
     */
    record Str(String value) implements Json {}

    /**
     * An array.
     *
     * @param items the elements
     */
    record Arr(List<Json> items) implements Json {}

    /**
     * An object; its members keep their order.
     *
     * @param members the members by name
     */
    record Obj(Map<String, Json> members) implements Json {
        /** An empty object, to be filled with {@link #put}. */
        public Obj() {
            this(new LinkedHashMap<>());
        }

        /**
         * Adds a member.
         *
         * @param name its name
         * @param value its value
         * @return this object
         */
        public Obj put(String name, Json value) {
            members.put(name, value);
            return this;
        }

        /**
         * Adds a string.
         *
         * @param name its name
         * @param value its value
         * @return this object
         */
        public Obj put(String name, String value) {
            return put(name, new Str(value));
        }

        /**
         * Adds a number.
         *
         * @param name its name
         * @param value its value
         * @return this object
         */
        public Obj put(String name, long value) {
            return put(name, new Num(Long.toString(value)));
        }

        /**
         * Adds a boolean.
         *
         * @param name its name
         * @param value its value
         * @return this object
         */
        public Obj put(String name, boolean value) {
            return put(name, new Bool(value));
        }

        /**
         * A member, if there is one.
         *
         * @param name its name
         * @return its value
         */
        public Optional<Json> find(String name) {
            return Optional.ofNullable(members.get(name));
        }

        /**
         * A member that must be there and be an object.
         *
         * @param name its name
         * @return its value
         * @throws JsonException if it is not so
         */
        public Obj object(String name) {
            if (members.get(name) instanceof Obj value) {
                return value;
            }
            throw new JsonException("member '" + name + "' is not an object");
        }

        /**
         * A member that must be there and be a string.
         *
         * @param name its name
         * @return its value
         * @throws JsonException if it is not so
         */
        public String string(String name) {
            if (members.get(name) instanceof Str(String value)) {
                return value;
            }
            throw new JsonException("member '" + name + "' is not a string");
        }

        /**
         * A member that must be there and be an integer.
         *
         * @param name its name
         * @return its value
         * @throws JsonException if it is not so
         */
        public long integer(String name) {
            try {
                if (members.get(name) instanceof Num(String digits)) {
                    return Long.parseLong(digits);
                }
            } catch (NumberFormatException _) {
                // Falls through to the same error: a number, but not an integer of 64 bits.
            }
            throw new JsonException("member '" + name + "' is not an integer");
        }
    }

    /**
     * An array of values.
     *
     * @param items the elements
     * @return the array
     */
    static Arr array(Json... items) {
        return new Arr(Arrays.asList(items));
    }
}
