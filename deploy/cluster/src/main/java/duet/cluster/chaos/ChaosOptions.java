package duet.cluster.chaos;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import duet.jobs.ParameterGenerationJob;
import duet.schemas.InvalidInputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.flink.configuration.ReadableConfig;

/**
 * Says how a chaos run is made.
 *
 * @param rounds how many faults, one after the other
 * @param seed decides their order and their targets
 * @param devices devices of each round's fleet
 * @param rate windows a second of the fleet
 * @param times how long the fleet streams besides
 * @param faults those that may happen
 * @param hostile share of the records in the topic of windows that hostile devices send beside the
 *     fleet, 0 to {@value #MOST_HOSTILE}
 * @param jobOptions options of the job, as on its command line
 */
public record ChaosOptions(
        int rounds,
        long seed,
        int devices,
        double rate,
        @JsonUnwrapped Times times,
        List<Fault> faults,
        double hostile,
        List<String> jobOptions) {

    /** More than every second record tells nothing new. */
    static final double MOST_HOSTILE = 0.5;

    /**
     * Says how long the fleet of a round streams besides the time of the fault.
     *
     * @param before how long it streams undisturbed
     * @param after how long it streams on once the fault is over
     */
    public record Times(Duration before, Duration after) {}

    public ChaosOptions {
        faults = List.copyOf(faults);
        jobOptions = List.copyOf(jobOptions);
        if (rounds < 1 || devices < 1 || !(rate > 0)) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%d rounds, %d devices and %s windows a second: each must be above 0",
                            rounds,
                            devices,
                            rate));
        }
        if (faults.isEmpty()) {
            throw new InvalidInputException("there is no fault to make");
        }
        if (!(hostile >= 0 && hostile <= MOST_HOSTILE)) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "the share of hostile records is %s, it must be 0 to %s",
                            hostile,
                            MOST_HOSTILE));
        }
        ParameterGenerationJob.parse(jobOptions.toArray(String[]::new));
    }

    /** Makes a run with honest devices alone, and the options that a job has by itself. */
    public ChaosOptions(
            int rounds, long seed, int devices, double rate, Times times, List<Fault> faults) {
        this(rounds, seed, devices, rate, times, faults, 0, List.of());
    }

    /** Returns the same run with such a share of hostile records. */
    public ChaosOptions withHostile(double share) {
        return new ChaosOptions(rounds, seed, devices, rate, times, faults, share, jobOptions);
    }

    /** Returns the same run of a job with these options. */
    public ChaosOptions withJobOptions(List<String> options) {
        return new ChaosOptions(rounds, seed, devices, rate, times, faults, hostile, options);
    }

    /** Returns how many hostile records a second make up their share beside the fleet. */
    double hostileRate() {
        return rate * hostile / (1 - hostile);
    }

    /** Returns what the job's options say. */
    ReadableConfig job() {
        return ParameterGenerationJob.parse(jobOptions.toArray(String[]::new));
    }

    /**
     * Returns the faults of all rounds: each happens before any happens again, in an order that the
     * seed decides.
     */
    List<Fault> schedule() {
        Random random = new Random(seed);
        List<Fault> schedule = new ArrayList<>();
        while (schedule.size() < rounds) {
            List<Fault> once = new ArrayList<>(faults);
            Collections.shuffle(once, random);
            schedule.addAll(once);
        }
        return List.copyOf(schedule.subList(0, rounds));
    }
}
