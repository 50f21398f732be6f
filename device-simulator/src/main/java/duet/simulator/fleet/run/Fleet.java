package duet.simulator.fleet.run;

import duet.device.DeviceModel;
import duet.operations.broker.BrokerCheck;
import duet.operations.broker.BrokerUnreachableException;
import duet.schemas.release.BundleFetcher;
import duet.simulator.fleet.FleetClock;
import duet.simulator.fleet.FleetOptions;
import duet.simulator.fleet.kafka.KafkaLink;
import duet.simulator.fleet.ranking.FinalRanking;
import duet.simulator.fleet.ranking.ReleasedModels;
import duet.simulator.workload.Workload;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a workload's devices against a Kafka cluster: this is the entry. */
public final class Fleet {
    private Fleet() {}

    /**
     * Starts a run. Only deltas that arrive from here on count, so the job should be running.
     * Devices run the version that the releases at the cluster give them, and go over to others as
     * releases change.
     *
     * @param model what a device runs that no release is for
     * @param workload the devices and what they send
     * @param options the cluster
     * @param clock time
     * @throws BrokerUnreachableException if no broker answers within the options' time
     * @throws duet.schemas.InvalidInputException if a topic does not exist, a client property is
     *     wrong, or the model does not know an item that a device is to rank at the end
     */
    public static FleetRun start(
            DeviceModel model, Workload workload, FleetOptions options, FleetClock clock) {
        FinalRanking.check(workload, model);
        new BrokerCheck(options.bootstrapServers(), options.kafka(), options.waits().broker())
                .requireTopics(
                        List.of(
                                options.topics().windows(),
                                options.topics().deltas(),
                                options.topics().deadLetters(),
                                options.topics().models()));
        KafkaLink kafka = KafkaLink.open(options);
        try {
            return FleetRun.start(
                    new ReleasedModels(
                            model,
                            options.circumstances().otherModels(),
                            workload,
                            options.trust().releases(),
                            new BundleFetcher(
                                    options.uptake().bundleCache(),
                                    () -> TimeUnit.MICROSECONDS.toMillis(clock.micros()),
                                    options.uptake().fetch(),
                                    options.uptake().allowed())),
                    workload,
                    options,
                    clock,
                    kafka);
        } catch (RuntimeException e) {
            kafka.close();
            throw e;
        }
    }
}
