package duet.jobs.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.jobs.history.HistoryMerge.Kind;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DeviceHistoryTest {
    private static final int H = 5;

    private static HistoryMerge merge(DeviceHistory history, long first, long... items) {
        return history.merge(first, new ItemIds(items), H);
    }

    private static DeviceHistory history(long first, long... items) {
        return merge(DeviceHistory.empty(), first, items).history();
    }

    @Nested
    class OfADeviceNeverSeen {
        @Test
        void takesTheFirstWindowWhereverItStarts() {
            HistoryMerge merge = merge(DeviceHistory.empty(), 1_000, 7, 8);

            assertThat(merge.kind()).isEqualTo(Kind.NEW);
            assertThat(merge.newer()).isEqualTo(2);
            assertThat(merge.missing()).isZero();
            assertThat(merge.history().contents()).isEqualTo(new ItemIds(7, 8));
            assertThat(merge.history().nextSequence()).isEqualTo(1_002);
        }

        @Test
        void keepsTheNewestOfALongWindow() {
            DeviceHistory history = history(0, 1, 2, 3, 4, 5, 6, 7);

            assertThat(history.contents()).isEqualTo(new ItemIds(3, 4, 5, 6, 7));
            assertThat(history.sequence(0)).isEqualTo(2);
        }

        @Test
        void takesTheLargestSequenceNumbersThereAre() {
            DeviceHistory history = history(Long.MAX_VALUE - 2, 1, 2);

            assertThat(history.nextSequence()).isEqualTo(Long.MAX_VALUE);
            assertThat(merge(history, 0, 9).kind()).isEqualTo(Kind.LATE);
        }
    }

    @Nested
    class AfterAWindow {
        private final DeviceHistory known = history(10, 1, 2, 3);

        @Test
        void appendsTheNextOne() {
            HistoryMerge merge = merge(known, 13, 4, 5, 6);

            assertThat(merge.kind()).isEqualTo(Kind.NEW);
            assertThat(merge.newer()).isEqualTo(3);
            assertThat(merge.history().contents()).isEqualTo(new ItemIds(2, 3, 4, 5, 6));
        }

        @Test
        void takesWhatIsNewOfAnOverlap() {
            HistoryMerge merge = merge(known, 11, 2, 3, 4);

            assertThat(merge.kind()).isEqualTo(Kind.OVERLAP);
            assertThat(merge.newer()).isEqualTo(1);
            assertThat(merge.history().contents()).isEqualTo(new ItemIds(1, 2, 3, 4));
        }

        @Test
        void isTheSameObjectAfterARepeat() {
            HistoryMerge merge = merge(known, 10, 1, 2);

            assertThat(merge.kind()).isEqualTo(Kind.REPEAT);
            assertThat(merge.newer()).isZero();
            assertThat(merge.history()).isSameAs(known);
        }

        @Test
        void keepsTheItemItHoldsWhereAnotherIsGivenForItsNumber() {
            assertThat(merge(known, 12, 99, 4).history().contents())
                    .isEqualTo(new ItemIds(1, 2, 3, 4));
        }

        @Test
        void putsALateWindowBefore() {
            HistoryMerge merge = merge(known, 8, 98, 99);

            assertThat(merge.kind()).isEqualTo(Kind.LATE);
            assertThat(merge.newer()).isZero();
            assertThat(merge.history().contents()).isEqualTo(new ItemIds(98, 99, 1, 2, 3));
            assertThat(merge.history().nextSequence()).isEqualTo(13);
        }

        @Test
        void ignoresAWindowOlderThanAllItKeeps() {
            DeviceHistory full = merge(known, 13, 4, 5).history();

            HistoryMerge merge = merge(full, 0, 99);

            assertThat(merge.kind()).isEqualTo(Kind.LATE);
            assertThat(merge.history()).isSameAs(full);
        }

        @Test
        void countsWhatIsMissingBeforeAGapAndFillsItLater() {
            HistoryMerge gap = merge(known, 15, 6);

            assertThat(gap.kind()).isEqualTo(Kind.GAP);
            assertThat(gap.missing()).isEqualTo(2);
            assertThat(gap.history().contents()).isEqualTo(new ItemIds(1, 2, 3, 6));
            assertThat(gap.history().sequence(2)).isEqualTo(12);
            assertThat(gap.history().sequence(3)).isEqualTo(15);

            HistoryMerge filled = merge(gap.history(), 13, 4, 5);

            assertThat(filled.kind()).isEqualTo(Kind.LATE);
            assertThat(filled.history().contents()).isEqualTo(new ItemIds(2, 3, 4, 5, 6));
        }

        @Test
        void doesNotChangeItself() {
            merge(known, 13, 4);

            assertThat(known.contents()).isEqualTo(new ItemIds(1, 2, 3));
        }

        @Test
        void isCutWhereLessIsToBeKeptThanBefore() {
            HistoryMerge merge = known.merge(11, new ItemIds(2), 2);

            assertThat(merge.kind()).isEqualTo(Kind.REPEAT);
            assertThat(merge.history().contents()).isEqualTo(new ItemIds(2, 3));
        }
    }

    @Nested
    class OfFeatureVectors {
        private final float[] a = {1, 2};
        private final float[] b = {3, 4};
        private final float[] c = {5, 6};

        private DeviceHistory known() {
            return DeviceHistory.empty().merge(10, new FeatureVectors(a, b), H).history();
        }

        @Test
        void mergesAsItemsDo() {
            HistoryMerge overlap = known().merge(11, new FeatureVectors(b, c), 2);

            assertThat(overlap.kind()).isEqualTo(Kind.OVERLAP);
            assertThat(overlap.newer()).isEqualTo(1);
            assertThat(overlap.history().contents()).isEqualTo(new FeatureVectors(b, c));
            assertThat(overlap.history().contents()).isNotEqualTo(new FeatureVectors(b, a));
        }

        @Test
        void fillsAGap() {
            DeviceHistory gap = DeviceHistory.empty().merge(12, new FeatureVectors(c), H).history();

            HistoryMerge late = gap.merge(10, new FeatureVectors(a, b), H);

            assertThat(late.kind()).isEqualTo(Kind.LATE);
            assertThat(late.history().contents()).isEqualTo(new FeatureVectors(a, b, c));
        }

        @Test
        void takesVectorsOfItsDimensionOnly() {
            DeviceHistory known = known();

            assertThat(known.takes(new FeatureVectors(c))).isTrue();
            assertThat(known.takes(new FeatureVectors(new float[3]))).isFalse();
            assertThat(known.takes(new ItemIds(1))).isFalse();
            assertThat(history(0, 1).takes(new FeatureVectors(c))).isFalse();
            assertThat(DeviceHistory.empty().takes(new FeatureVectors(c))).isTrue();
            assertThatThrownBy(() -> known.merge(12, new FeatureVectors(new float[3]), H))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "window of features of 3 numbers for a history of features of 2"
                                    + " numbers");
        }
    }

    @Test
    void refusesWhatNoWindowCanBe() {
        assertThatThrownBy(() -> merge(DeviceHistory.empty(), -1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
        assertThatThrownBy(() -> merge(DeviceHistory.empty(), 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DeviceHistory.empty().merge(0, new ItemIds(1), 4097))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4,097");
    }

    @Nested
    class TheTimeOfWriting {
        private final DeviceHistory history = history(10, 1, 2).written(1_700_000_000_999L);

        @Test
        void isKeptInWholeSeconds() {
            assertThat(history.writtenSecond()).isEqualTo(1_700_000_000);
            assertThat(history).isEqualTo(history(10, 1, 2));
            assertThat(history.revision()).isEqualTo(1);
        }

        @Test
        void isKeptByMergingAlone() {
            assertThat(merge(history, 12, 3).history().writtenSecond()).isEqualTo(1_700_000_000);
            assertThat(merge(history, 20, 3).history().writtenSecond()).isEqualTo(1_700_000_000);
            assertThat(merge(history, 12, 3).written(5_000).history().writtenSecond()).isEqualTo(5);
        }

        @Test
        void isTheNearestThatFits() {
            assertThat(history.written(Long.MAX_VALUE).writtenSecond()).isEqualTo(0xFFFF_FFFFL);
            assertThat(history.written(Long.MIN_VALUE).writtenSecond())
                    .isEqualTo(DeviceHistory.TIME_UNKNOWN);
        }
    }

    @Nested
    class TheRevision {
        @Test
        void countsChangesAndNothingElse() {
            DeviceHistory history = history(10, 1, 2);
            assertThat(DeviceHistory.empty().revision()).isZero();
            assertThat(history.revision()).isEqualTo(1);
            assertThat(merge(history, 10, 1, 2).history().revision()).isEqualTo(1);
            assertThat(merge(history, 11, 2, 3).history().revision()).isEqualTo(2);
            assertThat(merge(history, 9, 9).history().revision()).isEqualTo(2);
        }

        @Test
        void goesOnWhereTheHistoryIsCleared() {
            DeviceHistory cleared = merge(history(10, 1, 2), 12, 3).history().cleared();
            assertThat(cleared).isEqualTo(DeviceHistory.empty());
            assertThat(merge(cleared, 0, 5).history().revision()).isEqualTo(3);
        }
    }
}
