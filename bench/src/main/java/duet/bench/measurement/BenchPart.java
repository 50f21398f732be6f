package duet.bench.measurement;

import java.util.Locale;

/** Lists what {@code duet bench} consists of, in the order in which it is measured. */
public enum BenchPart {
    /** Counts generations a second of one processor, by engine and batch. */
    GENERATOR,
    /** Weighs what the job keeps of a device, while the heap holds nothing of other parts. */
    STATE,
    /** Compares the job with one that passes records through. */
    PIPELINE,
    /** Takes the time from the intended time of a window to its answer. */
    LATENCY,
    /** Takes the time from the start of a JVM to the first delta on a device. */
    STARTUP,
    /** Takes the time of the hot parts of the job, each on its own. */
    KERNELS;

    /** Returns the name as in options. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
