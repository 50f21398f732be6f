package duet.bench.measurement;

/** What {@code duet bench} consists of, in the order in which it is measured. */
public enum BenchPart {
    /** Generations a second of one processor, by engine and batch. */
    GENERATOR,
    /** What the job keeps of a device, while the heap holds nothing of other parts. */
    STATE,
    /** The job against one that passes records through. */
    PIPELINE,
    /** From the intended time of a window to its answer. */
    LATENCY,
    /** From the start of a JVM to the first delta on a device. */
    STARTUP,
    /** The hot parts of the job, each on its own. */
    KERNELS
}
