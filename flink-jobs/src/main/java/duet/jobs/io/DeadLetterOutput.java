package duet.jobs.io;

import duet.jobs.serialization.CompactTypeInformation;
import duet.jobs.serialization.EncodedRecord;
import org.apache.flink.util.OutputTag;

/** The side output of all operators that refuse records. */
public final class DeadLetterOutput {
    /** Encoded dead letters. */
    public static final OutputTag<EncodedRecord> TAG =
            new OutputTag<>("dead-letters", CompactTypeInformation.ENCODED_RECORD);

    private DeadLetterOutput() {}
}
