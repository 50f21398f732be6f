package duet.jobs.release;

import duet.jobs.release.ReleaseRegistry.Report;
import duet.schemas.OneLine;
import duet.schemas.record.ReleaseStatus;
import duet.schemas.serde.RecordEncoder;
import duet.schemas.serde.Records;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * This class writes how far one subtask is with releases, within the sizes the record promises. It
 * is not thread-safe.
 */
public final class StatusRecords {
    /** At most this many characters of a reason are kept, of three bytes each at most. */
    private static final int MAX_REASON_LENGTH = 340;

    private final RecordEncoder<ReleaseStatus> encoder = Records.releaseStatusEncoder();
    private final int subtask;
    private final int parallelism;

    /**
     * @param subtask index of the subtask, from 0
     * @param parallelism how many there are
     */
    public StatusRecords(int subtask, int parallelism) {
        this.subtask = subtask;
        this.parallelism = parallelism;
    }

    /** Returns the key of the record: version and subtask. */
    public byte[] key(Report report) {
        return String.format(Locale.ROOT, "%s/%d", report.release().getVersion(), subtask)
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Encodes the record. */
    public byte[] value(Report report, long atMicros) {
        return encoder.encode(
                new ReleaseStatus(
                        report.release().getVersion(),
                        report.release().getManifestSha256(),
                        subtask,
                        parallelism,
                        report.state(),
                        report.reason() == null
                                ? null
                                : OneLine.of(report.reason(), MAX_REASON_LENGTH),
                        report.metrics(),
                        atMicros));
    }
}
