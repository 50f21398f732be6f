package duet.simulator.fleet;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * A delay line holds things that are to happen at their times: it is a bounded queue in the order
 * of those times, first in, first out among equal ones. It has no clock: times are handed in. Any
 * thread may add and take.
 *
 * @param <T> the things
 */
public final class DelayLine<T> {
    private final int capacity;
    private final PriorityQueue<Entry<T>> entries = new PriorityQueue<>();
    private long added;

    private record Entry<T>(long dueMicros, long number, T item) implements Comparable<Entry<T>> {
        @Override
        public int compareTo(Entry<T> other) {
            return dueMicros != other.dueMicros
                    ? Long.compare(dueMicros, other.dueMicros)
                    : Long.compare(number, other.number);
        }
    }

    /** Creates an empty line with room for so many things. */
    public DelayLine(int capacity) {
        this.capacity = capacity;
    }

    /** Adds a thing that is to happen at this time; returns whether there was room. */
    public synchronized boolean add(long dueMicros, T item) {
        if (entries.size() == capacity) {
            return false;
        }
        entries.add(new Entry<>(dueMicros, added++, item));
        return true;
    }

    /** Takes the first thing if its time has come, otherwise returns null. */
    public synchronized @Nullable T poll(long nowMicros) {
        Entry<T> first = entries.peek();
        if (first == null || first.dueMicros > nowMicros) {
            return null;
        }
        return entries.poll().item;
    }

    /** Returns when the first thing is to happen; far in the future where there is none. */
    public synchronized long nextMicros() {
        return entries.isEmpty() ? Long.MAX_VALUE : entries.peek().dueMicros;
    }

    public synchronized int size() {
        return entries.size();
    }
}
