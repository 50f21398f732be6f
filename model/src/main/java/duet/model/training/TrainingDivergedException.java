package duet.model.training;

import java.util.Locale;

/** Reports that a training has nothing to keep: its numbers are no longer finite. */
public final class TrainingDivergedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TrainingDivergedException(String message) {
        super(message);
    }

    /** Reports that a phase has no sound epoch. */
    TrainingDivergedException(TrainingPhase phase, Divergence divergence) {
        super(
                String.format(
                        Locale.ROOT,
                        "%s (%s), and no epoch was done that could be kept; a lower learning rate"
                                + " may help",
                        divergence.line(),
                        phase.name().toLowerCase(Locale.ROOT)));
    }
}
