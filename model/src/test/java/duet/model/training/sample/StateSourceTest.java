package duet.model.training.sample;

import static duet.model.Rounding.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import duet.model.data.EvaluationSplit;
import duet.model.data.InteractionLog;
import duet.model.network.Backbone;
import duet.model.network.ParameterSet;
import duet.model.network.UniversalMetaNetwork;
import duet.model.training.SyntheticLog;
import duet.model.training.options.ModelSizes;
import duet.schemas.bundle.Dimensions;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StateSourceTest {
    private static final InteractionLog LOG = SyntheticLog.of(30, 16, 1);
    private static final TrainingSet SET =
            new TrainingSet(EvaluationSplit.last(LOG), LOG.vocabulary());
    private static final Dimensions DIMENSIONS =
            ModelSizes.small().dimensions(LOG.vocabulary().size());

    private static UniversalMetaNetwork network(NDManager owner, Backbone backbone) {
        ParameterSet drawn = new ParameterSet(owner);
        return UniversalMetaNetwork.initialise(
                backbone, DIMENSIONS, drawn, new SplittableRandom(5));
    }

    /** Returns the states of some samples, kept where all of them take no more than the bound. */
    private static float[] states(
            NDManager manager, UniversalMetaNetwork network, long mostBytes, List<String> heard) {
        StateSource source =
                new StateSource(
                        manager,
                        SET,
                        new ModelInputs(SET, DIMENSIONS),
                        network,
                        (part, done, total) -> heard.add(part + " " + done + "/" + total),
                        mostBytes);
        int[] samples = {0, 17, 5, SET.samples() - 1};
        try (NDManager step = manager.newSubManager()) {
            network.parameters().lendTo(step);
            NDArray candidates =
                    step.create(new long[] {1, 2, 3, 4, 5, 6, 7, 8}, new Shape(samples.length, 2));
            return source.of(step, samples, candidates).toFloatArray();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SASREC", "GRU4REC"})
    void givesTheSameKeptAndComputedEachTime(Backbone backbone) {
        try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager()) {
            UniversalMetaNetwork network = network(manager, backbone);
            long all = StateSource.bytes(SET.samples(), DIMENSIONS.width());
            List<String> kept = new ArrayList<>();
            List<String> computed = new ArrayList<>();

            float[] looked = states(manager, network, all, kept);
            float[] fresh = states(manager, network, all - 1, computed);

            assertClose(fresh, looked);
            assertThat(kept).containsExactly("STATES " + SET.samples() + "/" + SET.samples());
            assertThat(computed).isEmpty();
        }
    }

    @Test
    void keepsNoStatesThatDependOnTheCandidate() {
        try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager()) {
            List<String> heard = new ArrayList<>();
            float[] states = states(manager, network(manager, Backbone.DIN), Long.MAX_VALUE, heard);
            assertThat(states).hasSize(4 * 2 * DIMENSIONS.width());
            assertThat(heard).isEmpty();
        }
    }

    @Test
    void takesFourBytesForANumberOfAState() {
        assertThat(StateSource.bytes(25_000_000, 32)).isEqualTo(3_200_000_000L);
    }
}
