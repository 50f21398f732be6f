package duet.bench.profile;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Divides the processor time of one process into parts. How much each thread used is what the
 * kernel counted; what a thread used it for is divided as its samples are. Nothing is read or kept
 * here.
 *
 * <p>The flight recorder takes a sample of every thread that runs Java at each tick, but only of
 * one thread in native code, in turn, and one that waits for the network is in native code, too. A
 * native sample therefore stands for as many ticks as a turn takes: all native samples over those
 * of the thread that has the most, which is one that always waits.
 */
public final class Attribution {

    private Attribution() {}

    /**
     * Holds a sample of a thread.
     *
     * @param thread its id in the system
     * @param inNative whether it ran native code
     * @param methods methods on its stack, innermost first
     */
    record Sample(long thread, boolean inNative, List<String> methods) {
        Sample {
            methods = List.copyOf(methods);
        }
    }

    /**
     * Returns the seconds by part; every part has an entry, and together they are the time of all
     * threads.
     *
     * @param samples samples at equal intervals, native ones at the same as others
     * @param used what the threads of the process used meanwhile
     */
    public static Map<ProcessorPart, Double> of(List<Sample> samples, ProcessorTime used) {
        double turn = ticksOfATurn(samples);
        Map<Long, List<Sample>> byThread = new HashMap<>();
        for (Sample sample : samples) {
            byThread.computeIfAbsent(sample.thread(), id -> new ArrayList<>()).add(sample);
        }
        Map<ProcessorPart, Double> seconds = new EnumMap<>(ProcessorPart.class);
        for (ProcessorPart part : ProcessorPart.values()) {
            seconds.put(part, 0.0);
        }
        used.threads()
                .forEach(
                        (id, thread) ->
                                shares(thread.name(), byThread.getOrDefault(id, List.of()), turn)
                                        .forEach(
                                                (part, share) ->
                                                        seconds.merge(
                                                                part,
                                                                share * thread.seconds(),
                                                                Double::sum)));
        return seconds;
    }

    private static double ticksOfATurn(List<Sample> samples) {
        Map<Long, Integer> natives = new HashMap<>();
        int all = 0;
        for (Sample sample : samples) {
            if (sample.inNative()) {
                natives.merge(sample.thread(), 1, Integer::sum);
                all++;
            }
        }
        int most = natives.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        return most == 0 ? 1 : all / (double) most;
    }

    /** Returns the shares of a thread's parts, which add up to 1. */
    private static Map<ProcessorPart, Double> shares(
            String name, List<Sample> samples, double turn) {
        Map<ProcessorPart, Double> weights = weights(samples, turn, false);
        if (weights.isEmpty()) {
            // Whatever it used, it used for waiting, or outside of Java.
            weights = weights(samples, turn, true);
        }
        if (weights.isEmpty()) {
            return Map.of(CallStacks.ofThread(name).orElse(ProcessorPart.OTHER), 1.0);
        }
        double sum = weights.values().stream().mapToDouble(Double::doubleValue).sum();
        weights.replaceAll((part, weight) -> weight / sum);
        return weights;
    }

    private static Map<ProcessorPart, Double> weights(
            List<Sample> samples, double turn, boolean waiting) {
        Map<ProcessorPart, Double> weights = new EnumMap<>(ProcessorPart.class);
        for (Sample sample : samples) {
            if (CallStacks.waits(sample.methods()) == waiting) {
                weights.merge(
                        CallStacks.part(sample.methods()),
                        sample.inNative() ? turn : 1,
                        Double::sum);
            }
        }
        return weights;
    }
}
