package duet.bench.measurement;

import duet.jobs.ParameterGenerationJob;
import duet.jobs.Preflight;
import duet.jobs.config.DuetOptions;
import duet.jobs.config.GenerationOptions;
import duet.jobs.serialization.CompactTypeInformation;
import duet.jobs.serialization.EncodedRecord;
import duet.operations.broker.BrokerUnreachableException;
import duet.schemas.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Does what the generation job is measured against: the same source, shuffle by device, checkpoints
 * and sink, and for every window a record of a given size with the window's key. It carries bytes:
 * no window is decoded and no state is kept, so what it reaches is what Kafka and Flink give to any
 * job with records of these sizes.
 */
public final class PassThroughJob {
    /** This option names the size of the records that are written, without their key, in bytes. */
    public static final String RECORD_BYTES = "--record-bytes";

    private static final String NAME = "Duet pass-through";

    /** No record may be larger; what Kafka takes by default is a little more. */
    private static final int MOST_RECORD_BYTES = 1_000_000;

    private static final byte[] NO_KEY = {};

    private PassThroughJob() {}

    /**
     * Runs the job on the cluster it is submitted to.
     *
     * @param args {@link #RECORD_BYTES} and its value, and options of {@link DuetOptions}
     * @throws InvalidInputException naming the option or topic that is wrong
     * @throws BrokerUnreachableException if no broker answers
     */
    public static void main(String[] args) throws Exception {
        List<String> others = new ArrayList<>(List.of(args));
        int recordBytes = recordBytes(others);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        Configuration config = Configuration.fromMap(env.getConfiguration().toMap());
        config.addAll(ParameterGenerationJob.parse(others.toArray(String[]::new)));
        GenerationOptions options = GenerationOptions.from(config);
        Preflight.check(options);
        addTo(env, options, recordBytes);
        env.execute(NAME);
    }

    /** Takes the size of the records out of the arguments. */
    static int recordBytes(List<String> args) {
        int at = args.indexOf(RECORD_BYTES);
        if (at < 0 || at + 1 == args.size()) {
            throw new InvalidInputException("option " + RECORD_BYTES + " has no value");
        }
        args.remove(at);
        String value = args.remove(at);
        if (!value.matches("\\d{1,7}") || Integer.parseInt(value) > MOST_RECORD_BYTES) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s is %s, it must be 0 to %,d",
                            RECORD_BYTES,
                            value,
                            MOST_RECORD_BYTES));
        }
        return Integer.parseInt(value);
    }

    /**
     * Adds the topology to an environment, with the generation job's settings of Flink.
     *
     * @param options topics and how they are read and written; the rest is not used
     * @param recordBytes size of what is written for each window
     */
    public static void addTo(
            StreamExecutionEnvironment env, GenerationOptions options, int recordBytes) {
        ParameterGenerationJob.configureDefaults(env, options);
        byte[] value = new byte[recordBytes];
        env.fromSource(
                        ParameterGenerationJob.source(options),
                        WatermarkStrategy.noWatermarks(),
                        "windows",
                        CompactTypeInformation.RAW_RECORD)
                .uid("windows")
                .map(
                        window ->
                                new EncodedRecord(
                                        window.key() == null ? NO_KEY : window.key(),
                                        window.value()))
                .returns(CompactTypeInformation.ENCODED_RECORD)
                .name("bytes")
                .uid("bytes")
                .keyBy(window -> new String(window.key(), StandardCharsets.UTF_8), Types.STRING)
                .map(window -> new EncodedRecord(window.key(), value))
                .returns(CompactTypeInformation.ENCODED_RECORD)
                .name("pass-through")
                .uid("pass-through")
                .sinkTo(ParameterGenerationJob.sink(options, options.output().deltasTopic()))
                .name("deltas")
                .uid("deltas");
    }
}
