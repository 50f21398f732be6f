package duet.bench.state;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;

/** Measures the heap of this JVM after collections of garbage. */
final class CollectedHeap {
    private static final int MOST_COLLECTIONS = 10;

    /** A collection that frees less than this share was the last one. */
    private static final double LITTLE = 0.005;

    private CollectedHeap() {}

    /**
     * Returns the bytes in use; collects until that frees hardly anything: what ends in the
     * background is freed late.
     */
    static long used() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        long before = Long.MAX_VALUE;
        for (int collections = 0; collections < MOST_COLLECTIONS; collections++) {
            memory.gc();
            long now = memory.getHeapMemoryUsage().getUsed();
            if (before - now < LITTLE * now) {
                return now;
            }
            before = now;
        }
        return before;
    }
}
