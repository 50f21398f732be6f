package duet.model.data;

import duet.schemas.bundle.Vocabulary;

/** Holds how often each item is among the training interactions of a split's users. */
public final class TrainingCounts {
    private final Vocabulary vocabulary;
    private final int[] counts;

    private TrainingCounts(Vocabulary vocabulary, int[] counts) {
        this.vocabulary = vocabulary;
        this.counts = counts;
    }

    /**
     * Counts.
     *
     * @param vocabulary the items that are asked for; others are left aside
     */
    public static TrainingCounts of(EvaluationSplit split, Vocabulary vocabulary) {
        int[] counts = new int[vocabulary.size() + 1]; // 0 is what the vocabulary does not hold
        split.trainingItems().forEach(item -> counts[vocabulary.indexOf(item)]++);
        counts[0] = 0;
        return new TrainingCounts(vocabulary, counts);
    }

    /** Returns how often an item is among them, by its raw id; 0 where it is not known. */
    public int of(long item) {
        return counts[vocabulary.indexOf(item)];
    }

    /** Returns how often an item is among them, by its index in the vocabulary. */
    public int at(int index) {
        return counts[index];
    }
}
