package duet.model.training;

/** Names what is being trained. */
public enum TrainingPhase {
    /** Trains the universal meta network, on all users' windows. */
    NETWORK,
    /** Trains the parameter generator, on aged windows, with the network frozen. */
    GENERATOR,
    /** Trains network and generator together. */
    JOINT
}
