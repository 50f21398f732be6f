package duet.model.training;

/** What is being trained. */
public enum TrainingPhase {
    /** The universal meta network, on all users' windows. */
    NETWORK,
    /** The parameter generator, on aged windows, with the network frozen. */
    GENERATOR,
    /** Network and generator together. */
    JOINT
}
