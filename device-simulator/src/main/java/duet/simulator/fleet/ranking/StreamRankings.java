package duet.simulator.fleet.ranking;

import duet.device.Device;
import duet.device.ScoreComparison;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Vocabulary;
import duet.simulator.measurement.QualityRecorder;
import duet.simulator.measurement.QualityRecorder.Ranked;
import duet.simulator.measurement.Timeline;
import duet.simulator.workload.RankingTask;
import java.util.Arrays;

/**
 * Ranks what comes next for a device before the device takes it in, with the weights it holds and
 * with the global ones (prequential evaluation). A ranking by a device whose delta was already made
 * from the item in question is left out.
 */
public final class StreamRankings {
    private final QualityRecorder quality;
    private final Timeline timeline;

    /** A pending ranking is still to be made; the positive has that sequence number. */
    public record Pending(Device device, RankingTask task, long sequence, long atMicros) {}

    public StreamRankings(QualityRecorder quality, Timeline timeline) {
        this.quality = quality;
        this.timeline = timeline;
    }

    public void rank(Pending pending) {
        RankingTask task = pending.task;
        Vocabulary vocabulary = pending.device.model().vocabulary();
        long[] negatives =
                Arrays.stream(task.negatives()).filter(i -> vocabulary.indexOf(i) != 0).toArray();
        if (vocabulary.indexOf(task.positive()) == 0 || negatives.length == 0) {
            quality.unknown();
            return;
        }
        RankingTask known = new RankingTask(task.history(), task.positive(), negatives);
        ScoreComparison scores;
        try {
            scores = pending.device.compare(known.history(), known.candidates());
        } catch (InvalidInputException e) {
            // The device has gone over to another model since its vocabulary was asked.
            quality.unknown();
            return;
        }
        if (scores.deltaSequence() < 0) {
            quality.beforeFirstDelta();
        } else if (scores.deltaSequence() >= pending.sequence) {
            quality.tooLate();
        } else {
            Ranked ranked =
                    quality.record(
                            scores.global(),
                            scores.personalized(),
                            pending.sequence - 1 - scores.deltaSequence());
            timeline.ranked(pending.atMicros, ranked.globalAuc(), ranked.personalizedAuc());
        }
    }
}
