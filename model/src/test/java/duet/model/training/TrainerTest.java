package duet.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import duet.model.bundle.BundleExport;
import duet.model.data.InteractionLog;
import duet.model.data.TestLogs;
import duet.model.data.UserHistory;
import duet.model.network.Backbone;
import duet.model.serving.BundleProbe;
import duet.model.serving.ServedGenerator;
import duet.model.training.options.AdamOptions;
import duet.model.training.options.ItemTableOption;
import duet.model.training.options.PhaseOptions;
import duet.model.training.options.TrainingOptions;
import duet.model.training.sample.Preparation;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.QualityProbe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainerTest {
    private static final InteractionLog LOG = SyntheticLog.of(40, 16, 1);

    private static TrainedModel train(TrainingOptions options) {
        return new Trainer().train(LOG, options, TrainingListener.NONE);
    }

    @Test
    void learnsToRank() {
        TrainedModel model = train(SmallTraining.options(25));

        List<EpochMetrics> network =
                model.epochs().stream().filter(e -> e.phase() == TrainingPhase.NETWORK).toList();
        assertThat(network.get(network.size() - 1).loss()).isLessThan(0.8 * network.get(0).loss());
        assertThat(model.globalValidation().userAuc()).isGreaterThan(0.75);
        assertThat(model.personalizedValidation().userAuc()).isGreaterThan(0.75);
        assertThat(model.globalValidation().users()).isEqualTo(40);
    }

    @Test
    void scoresNoMorePositivesInAnEpochThanItIsToldTo() {
        TrainingOptions options = SmallTraining.options(1).withSamples(100);
        Map<TrainingPhase, Integer> batches = new EnumMap<>(TrainingPhase.class);
        TrainedModel model =
                new Trainer()
                        .train(
                                LOG,
                                options,
                                new TrainingListener() {
                                    @Override
                                    public void onProgress(TrainingProgress progress) {
                                        batches.put(progress.phase(), progress.batches());
                                    }
                                });
        // 100 positives in batches of 64; 50 histories score two each.
        assertThat(batches)
                .containsEntry(TrainingPhase.NETWORK, 2)
                .containsEntry(TrainingPhase.GENERATOR, 1);
        assertThat(model.options().asMap())
                .containsEntry("network.samples", 100)
                .containsEntry("generator.samples", 100);
        assertThat(SmallTraining.options(1).asMap()).doesNotContainKey("network.samples");
    }

    @Test
    void tellsHowFarTheLogIsPrepared() {
        Map<Preparation, Integer> done = new EnumMap<>(Preparation.class);
        List<Preparation> parts = new ArrayList<>();
        new Trainer()
                .train(
                        LOG,
                        SmallTraining.options(1),
                        new TrainingListener() {
                            @Override
                            public void onPreparation(Preparation part, int now, int total) {
                                assertThat(now).isBetween(1, total);
                                done.put(part, now);
                                if (now == total) {
                                    parts.add(part);
                                }
                            }
                        });
        assertThat(done)
                .containsEntry(Preparation.LAYOUT, 40)
                .containsEntry(Preparation.VALIDATION, 40)
                .containsEntry(Preparation.STATES, 40 * 13)
                .containsKey(Preparation.SPECTRUM);
        // Both phases take the same data; each has an item table to start.
        assertThat(parts)
                .containsExactly(
                        Preparation.LAYOUT,
                        Preparation.VALIDATION,
                        Preparation.SPECTRUM,
                        Preparation.SPECTRUM,
                        Preparation.STATES);
    }

    @Test
    void givesEveryTensorOfTheContractInItsShape() {
        TrainedModel model = train(SmallTraining.options(1));
        int v = model.vocabulary().size();

        Map<String, int[]> device =
                Map.ofEntries(
                        Map.entry("item.embedding", new int[] {v + 1, 8}),
                        Map.entry("item.bias", new int[] {v + 1}),
                        Map.entry("position.embedding", new int[] {8, 8}),
                        Map.entry("block.1.norm1.gamma", new int[] {8}),
                        Map.entry("block.1.norm1.beta", new int[] {8}),
                        Map.entry("block.1.query.weight", new int[] {8, 8}),
                        Map.entry("block.1.query.bias", new int[] {8}),
                        Map.entry("block.1.key.weight", new int[] {8, 8}),
                        Map.entry("block.1.key.bias", new int[] {8}),
                        Map.entry("block.1.value.weight", new int[] {8, 8}),
                        Map.entry("block.1.value.bias", new int[] {8}),
                        Map.entry("block.1.output.weight", new int[] {8, 8}),
                        Map.entry("block.1.output.bias", new int[] {8}),
                        Map.entry("block.1.norm2.gamma", new int[] {8}),
                        Map.entry("block.1.norm2.beta", new int[] {8}),
                        Map.entry("block.1.ffn1.weight", new int[] {8, 8}),
                        Map.entry("block.1.ffn1.bias", new int[] {8}),
                        Map.entry("block.1.ffn2.weight", new int[] {8, 8}),
                        Map.entry("block.1.ffn2.bias", new int[] {8}),
                        Map.entry("norm.gamma", new int[] {8}),
                        Map.entry("norm.beta", new int[] {8}),
                        Map.entry("dynamic.1", new int[] {9, 8}),
                        Map.entry("dynamic.2", new int[] {9, 8}));
        assertThat(model.device().keySet()).isEqualTo(device.keySet());
        device.forEach(
                (name, shape) -> assertThat(model.device().get(name).shape()).isEqualTo(shape));
        Map<String, int[]> generator =
                Map.ofEntries(
                        Map.entry("generator.item.embedding", new int[] {v + 1, 8}),
                        Map.entry("encoder.mlp.weight", new int[] {16, 8}),
                        Map.entry("encoder.mlp.bias", new int[] {8}),
                        Map.entry("layer.1.embedding.weight", new int[] {8, 16}),
                        Map.entry("layer.1.embedding.bias", new int[] {16}),
                        Map.entry("layer.1.adapter.weight", new int[] {8, 8}),
                        Map.entry("layer.1.decoder.weight", new int[] {16, 40}),
                        Map.entry("layer.1.decoder.bias", new int[] {2, 40}),
                        Map.entry("layer.2.embedding.weight", new int[] {8, 16}),
                        Map.entry("layer.2.embedding.bias", new int[] {16}),
                        Map.entry("layer.2.adapter.weight", new int[] {8, 8}),
                        Map.entry("layer.2.decoder.weight", new int[] {16, 40}),
                        Map.entry("layer.2.decoder.bias", new int[] {2, 40}));
        assertThat(model.generator().keySet()).isEqualTo(generator.keySet());
        generator.forEach(
                (name, shape) -> assertThat(model.generator().get(name).shape()).isEqualTo(shape));
        for (int c = 0; c < 8; c++) {
            assertThat(model.device().get("item.embedding").values()[c]).isZero();
            assertThat(model.generator().get("generator.item.embedding").values()[c]).isZero();
        }
        assertThat(model.device().get("item.bias").values()[0]).isZero();
    }

    @Nested
    class Determinism {
        @Test
        void theSameSeedGivesTheSameBits() {
            TrainedModel first = train(SmallTraining.options(2));
            TrainedModel second = train(SmallTraining.options(2));

            assertThat(second.device()).isEqualTo(first.device());
            assertThat(second.generator()).isEqualTo(first.generator());
            assertThat(second.epochs()).isEqualTo(first.epochs());
        }

        @Test
        void anotherThreadGivesTheSameBits() throws Exception {
            AtomicReference<TrainedModel> elsewhere = new AtomicReference<>();
            Thread thread = new Thread(() -> elsewhere.set(train(SmallTraining.options(1))));
            thread.start();
            thread.join();

            assertThat(elsewhere.get().device())
                    .isEqualTo(train(SmallTraining.options(1)).device());
        }

        @Test
        void anotherSeedGivesOthers() {
            TrainedModel first = train(SmallTraining.options(1));

            TrainedModel second = train(SmallTraining.options(1).withSeed(8));

            assertThat(second.device()).isNotEqualTo(first.device());
            assertThat(second.generator()).isNotEqualTo(first.generator());
        }

        @Test
        void theClockChangesNothingButProgress() {
            AtomicLong clock = new AtomicLong();

            TrainedModel slow =
                    new Trainer(() -> clock.addAndGet(60_000_000_000L))
                            .train(LOG, SmallTraining.options(1), TrainingListener.NONE);

            assertThat(slow.device()).isEqualTo(train(SmallTraining.options(1)).device());
        }
    }

    @Nested
    class Penalty {
        /** Returns the sum of the squares of the network's item table after training. */
        private double squares(double weightDecay) {
            TrainingOptions options = SmallTraining.options(12).withJoint(true);
            TrainedModel model =
                    train(
                            options.withNetwork(options.network().withWeightDecay(weightDecay))
                                    .withItems(ItemTableOption.FLOAT32));
            float[] values = model.device().get("item.embedding").values();
            return IntStream.range(0, values.length).mapToDouble(i -> values[i] * values[i]).sum();
        }

        @Test
        void keepsTheValuesOfTheNetworkSmall() {
            assertThat(squares(0.5)).isLessThan(0.7 * squares(0));
        }
    }

    @Nested
    class Selection {
        @Test
        void keepsTheBestEpochAndStopsWhenPatienceEnds() {
            // A rate this high gets worse soon.
            PhaseOptions hasty = new PhaseOptions(30, 2, 64, 4, new AdamOptions(0.5, 0, 0), 0, 0);
            TrainedModel model =
                    train(
                            SmallTraining.options(1)
                                    .withNetwork(hasty)
                                    .withItems(ItemTableOption.FLOAT32));

            List<EpochMetrics> network =
                    model.epochs().stream()
                            .filter(e -> e.phase() == TrainingPhase.NETWORK)
                            .toList();
            double best = network.stream().mapToDouble(EpochMetrics::selection).max().orElseThrow();
            assertThat(network).hasSizeLessThan(30);
            assertThat(network.subList(network.size() - 2, network.size()))
                    .noneMatch(EpochMetrics::best);
            assertThat(model.globalValidation().userAuc()).isEqualTo(best);
        }

        @Test
        void theTestPositiveIsNeverSeen() {
            TrainedModel model = train(SmallTraining.options(1));

            List<UserHistory> changed = new ArrayList<>();
            for (UserHistory user : LOG.users()) {
                long[] items = user.items().clone();
                // Another test item among those the user touched already, so that the negatives
                // stay the same.
                items[items.length - 1] = items[0];
                changed.add(new UserHistory(user.user(), items, user.timestamps()));
            }
            InteractionLog original = sameVocabulary(LOG);
            InteractionLog other = sameVocabulary(TestLogs.of("synthetic", changed));
            TrainedModel first =
                    new Trainer().train(original, SmallTraining.options(1), TrainingListener.NONE);
            TrainedModel second =
                    new Trainer().train(other, SmallTraining.options(1), TrainingListener.NONE);

            assertThat(second.vocabulary().ids()).isEqualTo(model.vocabulary().ids());
            assertThat(second.device()).isEqualTo(first.device());
        }

        /**
         * Negatives are drawn among the items a user never touched, so both logs need the same
         * touched items.
         */
        private InteractionLog sameVocabulary(InteractionLog log) {
            List<UserHistory> users = new ArrayList<>();
            for (int u = 0; u < log.users().size(); u++) {
                UserHistory user = log.users().get(u);
                long last = LOG.users().get(u).items()[user.size() - 1];
                long[] items = new long[user.size() + 1];
                long[] times = new long[user.size() + 1];
                items[0] = last;
                System.arraycopy(user.items(), 0, items, 1, user.size());
                for (int i = 0; i < times.length; i++) {
                    times[i] = i;
                }
                users.add(new UserHistory(user.user(), items, times));
            }
            return TestLogs.of("synthetic", users);
        }
    }

    @Test
    void measuresWhatItWrites() {
        TrainedModel float32 = train(SmallTraining.options(2).withItems(ItemTableOption.FLOAT32));
        TrainedModel int8 = train(SmallTraining.options(2).withItems(ItemTableOption.INT8));

        assertThat(float32.tensors().int8Items()).isFalse();
        assertThat(float32.validation().int8Items()).isEmpty();
        assertThat(int8.tensors()).isEqualTo(float32.tensors().withInt8Items());
        assertThat(TrainingReport.metrics(float32))
                .doesNotContainKey("validation.items.int8.globalLoss");
        Int8Items measured = int8.validation().int8Items().orElseThrow();
        assertThat(float32.globalValidation().userAuc() - int8.globalValidation().userAuc())
                .isCloseTo(measured.globalLoss(), within(1e-9));
        assertThat(TrainingReport.metrics(int8))
                .containsEntry("validation.items.int8.globalLoss", measured.globalLoss())
                .containsEntry(
                        "validation.items.int8.personalizedLoss", measured.personalizedLoss());
        assertThat(int8.options().asMap()).containsEntry("items", "int8");
    }

    @Test
    void aUserWhoTouchedEverythingTakesPartButIsNotValidated() {
        List<UserHistory> users = new ArrayList<>(LOG.users());
        long[] everything = LOG.items();
        users.add(new UserHistory("all", everything, new long[everything.length]));

        TrainedModel model =
                new Trainer()
                        .train(
                                TestLogs.of("synthetic", users),
                                SmallTraining.options(1),
                                TrainingListener.NONE);

        assertThat(model.globalValidation().users()).isEqualTo(40);
    }

    @Test
    void jointTrainingTrainsBoth() {
        TrainedModel model = train(SmallTraining.options(25).withJoint(true));

        assertThat(model.epochs()).allMatch(e -> e.phase() == TrainingPhase.JOINT);
        assertThat(model.globalValidation().userAuc()).isGreaterThan(0.7);
        assertThat(model.personalizedValidation().userAuc()).isGreaterThan(0.7);
    }

    /**
     * What was ranked with the network in training is ranked the same by the files that are served.
     */
    @Test
    void recordsAProbeThatItsBundlePasses(@TempDir Path directory) {
        TrainedModel model = train(SmallTraining.options(25).withValidationNegatives(12));
        QualityProbe probe = model.probe().orElseThrow();

        ModelBundle bundle =
                BundleExport.write(
                        directory.resolve("bundle"),
                        "sasrec",
                        model.dimensions(),
                        model.vocabulary(),
                        model.tensors(),
                        TrainingReport.metrics(model),
                        model.options().asMap(),
                        model.probe());

        assertThat(probe.users()).hasSize(40);
        for (int u = 0; u < 40; u++) {
            QualityProbe.User user = probe.users().get(u);
            long[] items = LOG.users().get(u).items();
            int validated = items.length - 2;
            assertThat(user.history())
                    .containsExactly(
                            Arrays.copyOfRange(
                                    items, validated - model.dimensions().history(), validated));
            assertThat(user.positive()).isEqualTo(items[validated]);
            assertThat(user.negatives()).hasSize(12).doesNotContain(items);
        }
        // Of so few users all are in the probe.
        assertThat(probe.globalUserAuc()).isEqualTo(model.globalValidation().userAuc());
        assertThat(probe.personalizedUserAuc()).isEqualTo(model.personalizedValidation().userAuc());
        // Two engines round differently, which may swap a near tie: one negative of one user.
        Offset<Double> ties = within(1.01 / (40 * 12));
        try (ServedGenerator generator = ServedGenerator.load(bundle)) {
            Map<String, Double> measured = BundleProbe.check(bundle, generator);
            assertThat(measured.get(BundleProbe.GLOBAL_USER_AUC))
                    .isCloseTo(probe.globalUserAuc(), ties);
            assertThat(measured.get(BundleProbe.USER_AUC))
                    .isCloseTo(probe.personalizedUserAuc(), ties);
        }
    }

    @Test
    void takesUsersFromTheWholeLogIntoTheProbe() {
        InteractionLog log = SyntheticLog.of(501, 6, 1);
        TrainedModel model =
                new Trainer().train(log, SmallTraining.options(1), TrainingListener.NONE);
        List<QualityProbe.User> users = model.probe().orElseThrow().users();

        assertThat(users).hasSize(QualityProbe.MAX_USERS);
        assertThat(users.get(0).positive()).isEqualTo(log.users().get(0).items()[4]);
        assertThat(users.get(199).positive())
                .isEqualTo(log.users().get(199 * 501 / 200).items()[4]);
    }

    @Test
    void theListenerHearsEveryStepAndEpoch() {
        List<TrainingProgress> steps = new ArrayList<>();
        List<EpochMetrics> epochs = new ArrayList<>();
        AtomicLong clock = new AtomicLong();

        TrainedModel model =
                new Trainer(() -> clock.addAndGet(1_000_000_000L))
                        .train(
                                LOG,
                                SmallTraining.options(2),
                                new TrainingListener() {
                                    @Override
                                    public void onProgress(TrainingProgress progress) {
                                        steps.add(progress);
                                    }

                                    @Override
                                    public void onEpoch(EpochMetrics metrics) {
                                        epochs.add(metrics);
                                    }
                                });

        assertThat(epochs).isEqualTo(model.epochs()).hasSize(4);
        TrainingProgress first = steps.get(0);
        // 40 users with 13 training positives each, 64 in a step, one second a step on this clock.
        assertThat(first.batches()).isEqualTo(9);
        assertThat(first.samplesPerSecond()).isEqualTo(64);
        assertThat(first.secondsLeft()).isEqualTo((2 * 520 - 64) / 64.0);
        TrainingProgress last = steps.get(steps.size() - 1);
        assertThat(last.phase()).isEqualTo(TrainingPhase.GENERATOR);
        assertThat(last.secondsLeft()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = Backbone.class,
            names = {"SASREC", "GRU4REC", "DIN"})
    void anAbsurdLearningRateGivesFiniteWeightsOrSaysWhere(Backbone backbone) {
        PhaseOptions absurd = new PhaseOptions(6, 50, 64, 4, new AdamOptions(9.9, 0.9, 0), 0.1, 0);
        TrainingOptions options =
                SmallTraining.options(1)
                        .withBackbone(backbone)
                        .withNetwork(absurd)
                        .withGenerator(absurd);
        for (boolean joint : new boolean[] {false, true}) {
            try {
                TrainedModel model = train(options.withJoint(joint));
                model.tensors().requireSound(backbone, model.dimensions());
            } catch (TrainingDivergedException e) {
                assertThat(e).hasMessageContaining(" of epoch 1 (");
            }
        }
    }

    @Test
    void aBundlesManifestSaysOfAPhaseThatItEndedEarly() {
        TrainedModel model = train(SmallTraining.options(1));
        List<EpochMetrics> epochs = new ArrayList<>(model.epochs());
        epochs.set(1, epochs.get(1).before(new Divergence(2, 3, "the loss is NaN")));

        assertThat(TrainingReport.metrics(model).keySet())
                .noneMatch(name -> name.startsWith("diverged"));
        assertThat(
                        TrainingReport.metrics(
                                new TrainedModel(
                                        model.options(),
                                        model.dimensions(),
                                        model.vocabulary(),
                                        model.tensors(),
                                        epochs,
                                        model.validation(),
                                        model.probe())))
                .containsEntry("diverged.generator", "the loss is NaN at step 3 of epoch 2")
                .doesNotContainKey("diverged.network");
    }

    @Nested
    class Refuses {
        @Test
        void aSingleUser() {
            InteractionLog solo =
                    TestLogs.of(
                            "log.csv",
                            List.of(
                                    new UserHistory(
                                            "me", new long[] {1, 2, 3, 4, 5}, new long[5])));

            assertThatThrownBy(
                            () ->
                                    new Trainer()
                                            .train(
                                                    solo,
                                                    SmallTraining.options(1),
                                                    TrainingListener.NONE))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("log.csv: training needs at least 2 users");
        }

        @Test
        void anUnknownBackbone() {
            assertThatThrownBy(() -> Backbone.of("transformer9"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            "unknown backbone \"transformer9\", known: sasrec, gru4rec, din,"
                                    + " perceptron");
        }

        @Test
        void optionsOutOfRange() {
            assertThatThrownBy(() -> SmallTraining.options(1).withEpochs(0))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("epochs 0 is out of range");
        }
    }
}
