package duet.model.training;

import java.util.Optional;

/** Keeps where the phases of a training stand, for one that is to go on after an interruption. */
public interface PhaseMemory {
    /** Keeps nothing. */
    PhaseMemory NONE =
            new PhaseMemory() {
                @Override
                public Optional<PhaseState> recall(TrainingPhase phase) {
                    return Optional.empty();
                }

                @Override
                public void keep(TrainingPhase phase, PhaseState state) {}
            };

    /** Returns where a phase stood, or nothing if it has not begun. */
    Optional<PhaseState> recall(TrainingPhase phase);

    /** Keeps where a phase stands after an epoch, in place of what was kept of it before. */
    void keep(TrainingPhase phase, PhaseState state);
}
