package duet.studies.experiment.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import duet.model.evaluation.RankingListener;
import duet.model.statistics.MeanInterval;
import duet.studies.experiment.plan.Role;
import duet.studies.experiment.report.SummaryRow.Share;
import duet.studies.experiment.report.Verdict.Choice;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The summary")
class SummaryTest {
    private static final int[] GLOBAL = {50, 60, 70, 80};
    private static final int[] FRESH = {54, 65, 74, 85};
    private static final int[] OLD = {52, 62, 73, 82};
    private static final int[] CEILING = {60, 70, 81, 90};

    @TempDir private Path directory;
    private SummaryCells cells;

    @BeforeEach
    void finishDefault() {
        cells = new SummaryCells(directory, "small");
        cells.cell("default", 1, 32, Role.DEFAULT)
                .global(GLOBAL)
                .age(0, FRESH)
                .age(10, FRESH)
                .age(50, OLD)
                .finish();
    }

    private SummaryCells ceiling(int... below) {
        return cells.cell("ceiling", 1, 128, Role.CEILING).global(below).finish();
    }

    private List<SummaryRow> rows() {
        return Summary.of(cells.results(), SummaryMetric.USER_AUC);
    }

    private SummaryRow row() {
        return rows().get(0);
    }

    @Test
    @DisplayName("has a row for each default, by data set, with the widths beneath each other")
    void rowsOfDefaults() {
        cells.cell("default", 1, 32, Role.DEFAULT).data("other").global(GLOBAL).finish();
        cells.cell("default narrow", 1, 16, Role.DEFAULT).global(GLOBAL).finish();
        cells.cell("else", 1, 8).global(GLOBAL).finish();

        assertThat(rows())
                .extracting(row -> row.of().data() + " " + row.of().width())
                .containsExactly("log 16", "log 32", "other 32");
    }

    @Nested
    @DisplayName("has figures")
    class Figures {

        @Test
        @DisplayName("with the interval over users, and that of their paired gain over global")
        void intervals() {
            SummaryRow.Figure delta = row().delta().get(0);

            MeanInterval own = MeanInterval.of(new double[] {.54, .65, .74, .85});
            MeanInterval gain = MeanInterval.of(new double[] {.04, .05, .04, .05});
            assertThat(delta.mean()).isCloseTo(own.mean(), within(1e-12));
            assertThat(delta.halfWidth()).isCloseTo(own.halfWidth(), within(1e-12));
            assertThat(delta.gain()).isCloseTo(gain.mean(), within(1e-12));
            assertThat(delta.gainHalfWidth()).isCloseTo(gain.halfWidth(), within(1e-12));
            assertThat(row().global().gain()).isNull();
        }

        @Test
        @DisplayName("that several seeds make of each user's mean, not of more users")
        void pooled() {
            SummaryRow.Figure one = row().delta().get(0);
            for (long seed = 2; seed <= 4; seed++) {
                cells.cell("default", seed, 32, Role.DEFAULT)
                        .global(GLOBAL)
                        .age(0, FRESH)
                        .age(10, FRESH)
                        .age(50, OLD)
                        .finish();
            }
            SummaryRow.Figure four = row().delta().get(0);
            assertThat(four.seeds()).isEqualTo(4);
            assertThat(four.halfWidth()).isCloseTo(one.halfWidth(), within(1e-12));
            assertThat(four.gainHalfWidth()).isCloseTo(one.gainHalfWidth(), within(1e-12));
        }

        @Test
        @DisplayName("that seeds which disagree on users make narrower: their mean is surer")
        void averaged() {
            cells.cell("default", 2, 32, Role.DEFAULT)
                    .global(GLOBAL)
                    .age(0, 55, 64, 75, 84)
                    .finish();
            SummaryRow.Figure delta = row().delta().get(0);
            // Each user gains 4.5 in the mean of both.
            assertThat(delta.gain()).isCloseTo(.045, within(1e-12));
            assertThat(delta.gainHalfWidth()).isCloseTo(0, within(1e-9));
            // Of age 10 one seed alone was measured.
            assertThat(row().delta()).doesNotContainKey(10);
        }

        @Test
        @DisplayName("without intervals where an older version kept no users")
        void older() {
            cells.cell("old memory", 1, 32, Role.DEVICE_MEMORY).older().global(CEILING).finish();
            SummaryRow.Figure memory = row().controls().deviceMemory();
            assertThat(memory.mean()).isCloseTo(.7525, within(1e-12));
            assertThat(memory.gain()).isCloseTo(.1025, within(1e-12));
            assertThat(memory.halfWidth()).isNull();
            assertThat(memory.gainHalfWidth()).isNull();
        }

        @Test
        @DisplayName("whose gain has no interval where other users were ranked for")
        void otherTasks() {
            cells.cell("memory", 1, 32, Role.DEVICE_MEMORY)
                    .tasks("others")
                    .global(CEILING)
                    .finish();
            assertThat(row().controls().deviceMemory().halfWidth()).isNotNull();
            assertThat(row().controls().deviceMemory().gainHalfWidth()).isNull();
            assertThat(row().controls().deviceMemoryOverDelta()).isNull();
        }

        @Test
        @DisplayName("of NDCG@10, too")
        void ndcg() {
            SummaryRow row = Summary.of(cells.results(), SummaryMetric.NDCG_10).get(0);
            assertThat(row.metric()).isEqualTo("ndcg10");
            assertThat(row.global().mean()).isZero();
        }
    }

    @Nested
    @DisplayName("takes figures by role")
    class Roles {

        @Test
        @DisplayName("device memory and both from one training")
        void oneTraining() {
            cells.cell("memory", 1, 32, Role.DEVICE_MEMORY, Role.BOTH)
                    .global(55, 64, 75, 84)
                    .age(0, 58, 68, 78, 88)
                    .finish();

            SummaryRow row = row();

            assertThat(row.controls().deviceMemory().mean()).isCloseTo(.695, within(1e-12));
            assertThat(row.controls().both().get(0).mean()).isCloseTo(.73, within(1e-12));
            assertThat(row.controls().bothOverDeviceMemory().mean()).isCloseTo(.035, within(1e-12));
            assertThat(row.controls().deviceMemoryOverDelta().mean()).isCloseTo(0, within(1e-12));
        }

        @Test
        @DisplayName("those of another device's and the mean delta from the default's controls")
        void controls() {
            cells.cell("default", 2, 16, Role.DEFAULT)
                    .data("other")
                    .global(GLOBAL)
                    .age(0, FRESH)
                    .way(RankingListener.OTHER_DEVICE, 40, 50, 60, 71)
                    .way(RankingListener.MEAN_DELTA, GLOBAL)
                    .finish();
            SummaryRow row = rows().get(1);
            assertThat(row.controls().otherDelta().gain()).isCloseTo(-.0975, within(1e-12));
            assertThat(row.controls().meanDelta().gain()).isCloseTo(0, within(1e-12));
            assertThat(row().controls().meanDelta()).isNull();
        }

        @Test
        @DisplayName("of its own width, or of the one that the plan says")
        void widths() {
            cells.cell("memory", 1, 16, Role.DEVICE_MEMORY).global(CEILING).finish();
            cells.cell("bigger", 1, 36, Role.BIGGER_DEVICE).global(CEILING).finish();
            assertThat(row().controls().deviceMemory()).isNull();
            assertThat(row().controls().biggerDevice()).isNull();

            cells.ofWidth("bigger", 32);
            assertThat(row().controls().biggerDevice().variant()).isEqualTo("bigger");
        }

        @Test
        @DisplayName("and counts bytes: tensors, own layers, and the items that are kept")
        void bytes() {
            cells.cell("memory", 1, 32, Role.DEVICE_MEMORY, Role.BOTH)
                    .global(FRESH)
                    .age(0, FRESH)
                    .finish();
            cells.cell("bigger", 1, 40, Role.BIGGER_DEVICE).global(FRESH).finish();
            cells.ofWidth("bigger", 32);

            SummaryRow.Bytes bytes = row().bytes();

            int delta = 8 * 32 * 32;
            assertThat(bytes.delta()).isEqualTo(32_000 + delta + 240);
            assertThat(bytes.deviceMemory()).isEqualTo(32_000 + 1600);
            assertThat(bytes.both()).isEqualTo(32_000 + delta + 1600);
            assertThat(bytes.budget()).isEqualTo(32_000 + delta + 1600);
            assertThat(bytes.biggerDevice()).isEqualTo(40_000 + 240);
        }
    }

    @Nested
    @DisplayName("has a ceiling")
    class Ceiling {

        @Test
        @DisplayName("that is the only one")
        void only() {
            ceiling(CEILING);
            assertThat(row().ceiling().variant()).isEqualTo("ceiling");
        }

        @Test
        @DisplayName("chosen by validation, however the test items are ranked")
        void byValidation() {
            cells.cell("better in the test", 1, 64, Role.CEILING)
                    .global(90, 90, 90, 90)
                    .validation(RankingListener.GLOBAL, 0.7)
                    .finish();
            cells.cell("better before it", 1, 128, Role.CEILING)
                    .global(CEILING)
                    .validation(RankingListener.GLOBAL, 0.8)
                    .finish();
            assertThat(row().ceiling().variant()).isEqualTo("better before it");
        }

        @Test
        @DisplayName("that may rank with its own deltas, if validation says so")
        void withDeltas() {
            cells.cell("wide", 1, 128, Role.CEILING)
                    .global(CEILING)
                    .age(0, 70, 75, 85, 95)
                    .validation(RankingListener.GLOBAL, 0.7)
                    .validation(RankingListener.age(0), 0.8)
                    .finish();
            assertThat(row().ceiling().way()).isEqualTo("age0");
            assertThat(row().ceiling().mean()).isCloseTo(.8125, within(1e-12));
        }

        @Test
        @DisplayName("not, where several have no validation to choose by")
        void noValidation() {
            ceiling(CEILING);
            cells.cell("other", 1, 64, Role.CEILING).global(CEILING).finish();
            assertThat(row().ceiling()).isNull();
            assertThat(row().share().get(0).whyNot())
                    .isEqualTo("no ceiling can be chosen, validation items were not ranked");
        }
    }

    @Nested
    @DisplayName("has shares")
    class Shares {

        @Test
        @DisplayName("of the ceiling's gain over global, with intervals around them")
        void share() {
            ceiling(CEILING);

            Share fresh = row().share().get(0);
            Share old = row().share().get(50);

            assertThat(fresh.share()).isCloseTo(.18 / .41, within(1e-9));
            assertThat(old.share()).isCloseTo(.09 / .41, within(1e-9));
            assertThat(fresh.share()).isBetween(fresh.low(), fresh.high());
            assertThat(fresh.whyNot()).isNull();
        }

        @Test
        @DisplayName("but not of a ceiling that is not above global by more than its interval")
        void meaningless() {
            ceiling(49, 64, 70, 81);
            assertThat(row().share().get(0).share()).isNull();
            assertThat(row().share().get(0).whyNot())
                    .startsWith("the ceiling is not above the global model by more than its")
                    .contains("+0.0100 ± 0.0");
        }

        @Test
        @DisplayName("and says where the ceiling is missing, older, or of other users")
        void missing() {
            assertThat(row().share().get(50).whyNot()).isEqualTo("no ceiling is finished");
            cells.cell("ceiling", 1, 128, Role.CEILING).older().global(CEILING).finish();
            assertThat(row().share().get(0).whyNot())
                    .isEqualTo("cells of an older version kept no users");
        }

        @Test
        @DisplayName("and says where the ceiling was measured on other users")
        void otherUsers() {
            cells.cell("ceiling", 1, 128, Role.CEILING).tasks("others").global(CEILING).finish();
            assertThat(row().share().get(0).whyNot())
                    .isEqualTo("the ceiling was measured on other users or candidates");
        }
    }

    @Nested
    @DisplayName("judges")
    class Judges {

        @Test
        @DisplayName("a delta that gains more than its interval")
        void delta() {
            assertThat(row().verdict()).isEqualTo(new Verdict(Choice.DELTA, null));
            assertThat(row().verdict().inWords()).isEqualTo("delta");
        }

        @Test
        @DisplayName("a device's memory that beats the delta, and not one that may be as good")
        void memory() {
            cells.cell("memory", 1, 32, Role.DEVICE_MEMORY).global(53, 66, 73, 86).finish();
            assertThat(row().verdict().choice()).isEqualTo(Choice.DELTA);
        }

        @Test
        @DisplayName("a device's memory that beats the delta")
        void betterMemory() {
            cells.cell("memory", 1, 32, Role.DEVICE_MEMORY).global(58, 70, 78, 90).finish();
            assertThat(row().verdict().inWords()).isEqualTo("device memory");
        }

        @Test
        @DisplayName("both, where they beat each alone")
        void both() {
            cells.cell("memory", 1, 32, Role.DEVICE_MEMORY, Role.BOTH)
                    .global(58, 70, 78, 90)
                    .age(0, 65, 76, 85, 96)
                    .age(10, 64, 76, 84, 96)
                    .finish();
            assertThat(row().verdict().inWords()).isEqualTo("both");
        }

        @Test
        @DisplayName("a delta that is noise, and one that harms when it is old")
        void noise() {
            cells.cell("default", 1, 32, Role.DEFAULT)
                    .data("other")
                    .global(GLOBAL)
                    .age(0, 51, 59, 71, 79)
                    .age(10, 51, 59, 71, 79)
                    .age(50, 45, 54, 65, 74)
                    .finish();
            assertThat(rows().get(1).verdict().inWords()).isEqualTo("no gain; harms at age 50");
        }

        @Test
        @DisplayName("nothing that cannot be compared")
        void unknown() {
            cells.cell("default", 1, 32, Role.DEFAULT)
                    .data("other")
                    .older()
                    .global(GLOBAL)
                    .age(0, FRESH)
                    .finish();
            assertThat(rows().get(1).verdict().inWords()).isEqualTo("–");
        }
    }
}
