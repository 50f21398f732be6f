package duet.model.training;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import duet.model.data.InteractionLog;
import duet.model.training.options.TrainingOptions;
import duet.schemas.InvalidInputException;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Trains a universal meta network and a parameter generator on an interaction log: both together,
 * or the network first and then the generator on top of the frozen network. The same data, options,
 * number of threads and machine give the same bits, as long as the engine runs each operation on
 * one thread ({@code ai.djl.pytorch.num_threads=1}).
 *
 * <p>Needs DJL's PyTorch engine on the class path. The engine's gradient collector is the JVM's:
 * one training at a time.
 */
public final class Trainer {
    private static final String ENGINE = "PyTorch";

    private final LongSupplier nanoClock;
    private final TrainingRun run;

    public Trainer() {
        this(TrainingRun.PLAIN);
    }

    /** Makes a trainer that carries trainings out as it is told. */
    public Trainer(TrainingRun run) {
        this(System::nanoTime, run);
    }

    /**
     * Makes a trainer with its own clock, which only the progress depends on.
     *
     * @param nanoClock elapsed nanoseconds
     */
    public Trainer(LongSupplier nanoClock) {
        this(nanoClock, TrainingRun.PLAIN);
    }

    private Trainer(LongSupplier nanoClock, TrainingRun run) {
        this.nanoClock = nanoClock;
        this.run = run;
    }

    /**
     * Trains a model: what {@link #trainNetwork} and {@link #trainGenerator} give one after the
     * other, to the bit; or both parts together, where the options say so.
     *
     * @throws InvalidInputException if the log has a single user, a single item or nothing to rank
     *     against
     * @throws TrainingDivergedException if numbers are not finite in the first epoch of a phase
     * @throws IllegalStateException if the PyTorch engine is missing
     */
    public TrainedModel train(
            InteractionLog log, TrainingOptions options, TrainingListener listener) {
        Chance chance = new Chance(options.seed());
        TrainingData data =
                TrainingData.of(log, options, chance.validation(), listener::onPreparation);
        if (options.joint()) {
            return inSession(
                    data, options, listener, chance.network(), session -> session.both(chance));
        }
        // Each phase draws from chance of its own: both may take the same data.
        return generator(network(data, options, listener, chance), data, options, listener, chance);
    }

    /**
     * Trains a universal meta network. Of the options only what belongs to it counts; the
     * generator's sizes may be any.
     *
     * @throws InvalidInputException if the log has a single user, a single item or nothing to rank
     *     against, or if network and generator are to be trained together
     * @throws TrainingDivergedException if numbers are not finite in the first epoch of a phase
     * @throws IllegalStateException if the PyTorch engine is missing
     */
    public TrainedNetwork trainNetwork(
            InteractionLog log, TrainingOptions options, TrainingListener listener) {
        requireSeparate(options);
        Chance chance = new Chance(options.seed());
        TrainingData data =
                TrainingData.of(log, options, chance.validation(), listener::onPreparation);
        return network(data, options, listener, chance);
    }

    private TrainedNetwork network(
            TrainingData data, TrainingOptions options, TrainingListener listener, Chance chance) {
        return inSession(
                data, options, listener, chance.network(), session -> session.network(chance));
    }

    /**
     * Trains a parameter generator on a frozen network.
     *
     * @param network trained on the same log with the same seed, backbone, sizes and options of the
     *     network
     * @throws InvalidInputException if the network does not fit, naming what differs
     * @throws TrainingDivergedException if numbers are not finite in the first epoch of a phase
     * @throws IllegalStateException if the PyTorch engine is missing
     */
    public TrainedModel trainGenerator(
            TrainedNetwork network,
            InteractionLog log,
            TrainingOptions options,
            TrainingListener listener) {
        requireSeparate(options);
        Chance chance = new Chance(options.seed());
        TrainingData data =
                TrainingData.of(log, options, chance.validation(), listener::onPreparation);
        network.requireFit(options, data.vocabulary());
        return generator(network, data, options, listener, chance);
    }

    private TrainedModel generator(
            TrainedNetwork network,
            TrainingData data,
            TrainingOptions options,
            TrainingListener listener,
            Chance chance) {
        return inSession(
                data,
                options,
                listener,
                chance.generator(),
                session -> session.generator(network, chance));
    }

    private static void requireSeparate(TrainingOptions options) {
        if (options.joint()) {
            throw new InvalidInputException(
                    "network and generator are to be trained together, not one after the other");
        }
    }

    private <T> T inSession(
            TrainingData data,
            TrainingOptions options,
            TrainingListener listener,
            SplittableRandom random,
            Function<TrainingSession, T> training) {
        int dropoutSeed = random.nextInt();
        try (NDManager manager = engine().newBaseManager()) {
            return training.apply(
                    new TrainingSession(
                            manager, data, options, listener, nanoClock, run, dropoutSeed));
        }
    }

    /**
     * Returns the engine that trains.
     *
     * @throws IllegalStateException if it is missing
     */
    public static Engine engine() {
        if (!Engine.hasEngine(ENGINE)) {
            throw new IllegalStateException(
                    "training needs DJL's PyTorch engine, which is not on the class path");
        }
        try {
            return Engine.getEngine(ENGINE);
        } catch (EngineException e) {
            throw new IllegalStateException("DJL's PyTorch engine cannot be loaded", e);
        }
    }
}
