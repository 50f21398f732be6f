package duet.jobs.internal;

import org.apache.flink.util.OutputTag;

/** The side output of all operators that refuse records. */
public final class DeadLetterOutput {
    /** Encoded dead letters. */
    public static final OutputTag<EncodedRecord> TAG =
            new OutputTag<>("dead-letters", CompactTypeInformation.ENCODED_RECORD);

    private DeadLetterOutput() {}
}
