package duet.jobs.io;

import duet.jobs.serialization.CompactTypeInformation;
import duet.jobs.serialization.EncodedRecord;
import org.apache.flink.util.OutputTag;

/** All operators that refuse records write to this side output. */
public final class DeadLetterOutput {
    /** The tag marks encoded dead letters. */
    public static final OutputTag<EncodedRecord> TAG =
            new OutputTag<>("dead-letters", CompactTypeInformation.ENCODED_RECORD);

    private DeadLetterOutput() {}
}
