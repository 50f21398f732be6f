package duet.model.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import duet.model.data.InteractionLog;
import duet.model.data.TestLogs;
import duet.model.data.UserHistory;
import duet.model.training.SyntheticLog;
import duet.model.training.TrainingListener;
import duet.model.training.options.ModelSizes;
import duet.model.training.options.TrainingOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A quick verdict")
class QuickVerdictTest {
    private static final TrainingOptions WHOLE =
            TrainingOptions.defaults().withSizes(ModelSizes.small());

    private static QuickVerdict of(InteractionLog log) {
        return QuickVerdict.of(log, WHOLE.withEpochs(2), part -> TrainingListener.NONE);
    }

    private static UserHistory user(int id, long... items) {
        return new UserHistory("u" + id, items, new long[items.length]);
    }

    @Test
    @DisplayName("trains a model and its control, and compares them user by user")
    void trains() {
        InteractionLog log = SyntheticLog.of(40, 12, 1);
        List<QuickVerdict.Part> parts = new ArrayList<>();

        QuickVerdict quick =
                QuickVerdict.of(
                        log,
                        WHOLE.withEpochs(2),
                        part -> {
                            parts.add(part);
                            return TrainingListener.NONE;
                        });

        assertThat(parts).containsExactly(QuickVerdict.Part.MODEL, QuickVerdict.Part.CONTROL);
        assertThat(quick.setting())
                .isEqualTo(QuickVerdict.setting(log, WHOLE.withEpochs(2)))
                .extracting(QuickVerdict.Setting::users)
                .isEqualTo(40);
        assertThat(quick.figures().model().personalizedByAge()).containsOnlyKeys(0, 10);
        assertThat(quick.figures().control().control().global().users()).isEqualTo(40);
        assertThat(quick.verdict().device().keeps()).isEqualTo(200);
        assertThat(quick.verdict().oldest().age()).isEqualTo(10);
        assertThat(of(log).verdict()).isEqualTo(quick.verdict());
    }

    @Test
    @DisplayName("measures deltas as old as half of the histories can have")
    void ages() {
        assertThat(of(SyntheticLog.of(20, 60, 1)).verdict().oldest().age()).isEqualTo(50);
        assertThat(of(SyntheticLog.of(20, 8, 1)).verdict().oldest()).isNull();
    }

    @Nested
    @DisplayName("does not fail on a log that")
    class DoesNotFail {
        @Test
        @DisplayName("has a single user")
        void single() {
            QuickVerdict quick = of(TestLogs.of("log.csv", List.of(user(1, 1, 2, 3, 4, 5))));

            assertThat(quick.figures()).isNull();
            assertThat(quick.verdict().word()).isEqualTo(Verdict.Word.UNKNOWN);
            assertThat(quick.verdict().line()).startsWith("this log does not tell: log.csv: ");
        }

        @Test
        @DisplayName("has users who touched everything")
        void touchedEverything() {
            QuickVerdict quick =
                    of(
                            TestLogs.of(
                                    "log.csv",
                                    List.of(user(1, 1, 2, 3, 1, 2), user(2, 3, 2, 1, 3, 1))));

            assertThat(quick.verdict().line()).contains("none of 2 users can be ranked for");
        }

        @Test
        @DisplayName("has users who are all the same")
        void identical() {
            List<UserHistory> users = new ArrayList<>();
            for (int u = 0; u < 30; u++) {
                users.add(user(u, 1, 2, 3, 4, 5, 6));
            }
            users.add(user(30, 7, 8, 9, 10, 11, 12));

            assertThat(of(TestLogs.of("log.csv", users)).verdict().word())
                    .isNotEqualTo(Verdict.Word.UNKNOWN);
        }
    }

    @Nested
    @DisplayName("is bounded:")
    class IsBounded {
        @Test
        @DisplayName("epochs are few, and of a large log they score a part of the positives")
        void epochs() {
            TrainingOptions quick =
                    QuickVerdict.setting(SyntheticLog.of(100, 10, 1), WHOLE).options();

            assertThat(quick).isEqualTo(WHOLE.quick());
            assertThat(quick.network().epochs()).isLessThan(WHOLE.network().epochs());
            assertThat(quick.network().epochSamples(25_000_000)).isEqualTo(100_000);
        }

        @Test
        @DisplayName("users are drawn until there is enough, in the order of the log")
        void sample() {
            InteractionLog log = SyntheticLog.of(100, 10, 1);

            InteractionLog part = UserSample.of(log, 255, 7);

            assertThat(part.interactions()).isEqualTo(250);
            assertThat(part.users())
                    .isSubsetOf(log.users())
                    .isSortedAccordingTo(
                            (a, b) ->
                                    Integer.compare(log.users().indexOf(a), log.users().indexOf(b)))
                    .isEqualTo(UserSample.of(log, 255, 7).users())
                    .isNotEqualTo(UserSample.of(log, 255, 8).users());
            assertThat(UserSample.of(log, 1_000, 7)).isSameAs(log);
        }

        @Test
        @DisplayName("a user with too many interactions is passed over")
        void huge() {
            List<UserHistory> users = new ArrayList<>(SyntheticLog.of(20, 10, 1).users());
            users.add(user(1_000, new long[500]));

            assertThat(UserSample.of(TestLogs.of("log.csv", users), 300, 7).users())
                    .hasSize(20)
                    .noneMatch(user -> user.user().equals("u1000"));
        }
    }
}
