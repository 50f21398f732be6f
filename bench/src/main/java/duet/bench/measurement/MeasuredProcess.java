package duet.bench.measurement;

import duet.bench.profile.ProcessorPart;

/**
 * Names a process whose processor time counts.
 *
 * @param pid its id
 * @param kind what processor time it is added to, a key of {@link
 *     BenchRun.Processor#cpuMicrosPerWindow}
 * @param profiled whether its time is divided by {@link ProcessorPart}
 */
public record MeasuredProcess(long pid, String kind, boolean profiled) {}
