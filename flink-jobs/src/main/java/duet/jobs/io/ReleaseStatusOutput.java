package duet.jobs.io;

import duet.jobs.serialization.CompactTypeInformation;
import duet.jobs.serialization.EncodedRecord;
import org.apache.flink.util.OutputTag;

/** Release states leave the operator by this side output, on their way to Kafka. */
public final class ReleaseStatusOutput {
    public static final OutputTag<EncodedRecord> TAG =
            new OutputTag<>("release-status", CompactTypeInformation.ENCODED_RECORD);

    private ReleaseStatusOutput() {}
}
