package duet.model.training.sample;

import static org.assertj.core.api.Assertions.assertThat;

import duet.model.data.EvaluationSplit;
import duet.model.data.InteractionLog;
import duet.model.data.TestLogs;
import duet.model.data.UserHistory;
import duet.schemas.bundle.ItemNames;
import duet.schemas.bundle.Vocabulary;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class TrainingSetTest {

    /** Histories of few items, so that they hold them repeatedly, in one log with long ones. */
    @Provide
    Arbitrary<InteractionLog> logs() {
        return Arbitraries.longs()
                .between(0, 30)
                .array(long[].class)
                .ofMinSize(InteractionLog.MIN_INTERACTIONS)
                .ofMaxSize(40)
                .list()
                .ofMinSize(1)
                .ofMaxSize(12)
                .map(TrainingSetTest::log);
    }

    private static InteractionLog log(List<long[]> users) {
        List<UserHistory> histories = new ArrayList<>();
        for (int u = 0; u < users.size(); u++) {
            long[] items = users.get(u);
            histories.add(new UserHistory("u" + u, items, new long[items.length]));
        }
        return TestLogs.of("log", histories);
    }

    private static TrainingSet set(InteractionLog log) {
        return new TrainingSet(EvaluationSplit.last(log), log.vocabulary());
    }

    @Property(tries = 200)
    void knowsWhatAUserTrainedOn(@ForAll("logs") InteractionLog log) {
        Vocabulary vocabulary = log.vocabulary();
        TrainingSet set = set(log);
        for (int u = 0; u < log.users().size(); u++) {
            UserHistory user = log.users().get(u);
            Set<Integer> trained = new HashSet<>();
            for (int i = 0; i < EvaluationSplit.last(log).validationPosition(user); i++) {
                trained.add(vocabulary.indexOf(user.items()[i]));
            }
            for (int item = 0; item <= vocabulary.size(); item++) {
                assertThat(set.isTrained(u, item)).isEqualTo(trained.contains(item));
            }
        }
    }

    @Property(tries = 200)
    void numbersSamplesUserByUser(@ForAll("logs") InteractionLog log) {
        Vocabulary vocabulary = log.vocabulary();
        TrainingSet set = set(log);
        int sample = 0;
        for (int u = 0; u < log.users().size(); u++) {
            UserHistory user = log.users().get(u);
            int first = sample;
            int count = EvaluationSplit.last(log).trainingPositives(user);
            for (int i = 1; i <= count; i++, sample++) {
                assertThat(set.user(sample)).isEqualTo(u);
                assertThat(set.positive(sample)).isEqualTo(vocabulary.indexOf(user.items()[i]));
                assertThat(set.later(sample, 3)).isEqualTo(Math.min(sample + 3, first + count - 1));
                assertThat(set.earlier(sample, 3)).isEqualTo(Math.max(sample - 3, first));
                TrainingSet.Places place = set.before(new int[] {sample});
                assertThat(set.windows(place, 4))
                        .containsExactly(
                                IntStream.range(i - 4, i)
                                        .mapToLong(
                                                at ->
                                                        at < 0
                                                                ? 0
                                                                : vocabulary.indexOf(
                                                                        user.items()[at]))
                                        .toArray());
            }
        }
        assertThat(set.samples()).isEqualTo(sample);
    }

    @Property(tries = 100)
    void drawsNegativesThatWereNotTrainedOn(@ForAll("logs") InteractionLog log) {
        TrainingSet set = set(log);
        int items = log.vocabulary().size();
        int[] samples = IntStream.range(0, set.samples()).toArray();
        NegativeSampler sampler = new NegativeSampler(set, items);
        long[] candidates = sampler.candidates(samples, 3, new SplittableRandom(1));

        // The same draws, held against a set of objects.
        SplittableRandom random = new SplittableRandom(1);
        int at = 0;
        for (int sample : samples) {
            UserHistory user = log.users().get(set.user(sample));
            Set<Integer> trained = new HashSet<>();
            for (int i = 0; i < EvaluationSplit.last(log).validationPosition(user); i++) {
                trained.add(log.vocabulary().indexOf(user.items()[i]));
            }
            assertThat(candidates[at++]).isEqualTo(set.positive(sample));
            for (int k = 0; k < 3; k++) {
                int item = random.nextInt(1, items + 1);
                for (int attempt = 1; attempt < 50 && trained.contains(item); attempt++) {
                    item = random.nextInt(1, items + 1);
                }
                assertThat(candidates[at++]).isEqualTo(item);
            }
        }
    }

    @Test
    void findsTheUserOfASampleAmongUsersWithoutAny() {
        // A user with 3 interactions has none to train on.
        List<UserHistory> users = new ArrayList<>();
        for (int size : new int[] {3, 3, 5, 3, 3, 3, 6, 3}) {
            users.add(new UserHistory("u" + users.size(), new long[size], new long[size]));
        }
        TrainingSet set = set(new InteractionLog("log", users, Set.of(), ItemNames.numbers()));
        assertThat(IntStream.range(0, set.samples()).map(set::user)).containsExactly(2, 2, 6, 6, 6);
    }

    @Test
    void tellsHowFarItIs() {
        List<String> heard = new ArrayList<>();
        InteractionLog log = log(List.of(new long[5], new long[] {1, 2, 3, 4, 5, 6}));
        new TrainingSet(
                EvaluationSplit.last(log),
                log.vocabulary(),
                (part, done, total) -> heard.add(part + " " + done + "/" + total));
        assertThat(heard).containsExactly("LAYOUT 1/2", "LAYOUT 2/2");
    }
}
