package duet.operations.release;

import duet.schemas.record.ReleaseStatus;
import duet.schemas.record.ServingState;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says how far the job is with a release, over all of its subtasks.
 *
 * @param state what can be said of the job as a whole
 * @param ready subtasks that serve the release
 * @param refused subtasks that refused it
 * @param parallelism subtasks there are; 0 where none has said anything
 * @param reason why it was refused; null where it was not
 */
public record Readiness(
        State state, int ready, int refused, int parallelism, @Nullable String reason) {

    /** A state is what can be said of the job as a whole. */
    public enum State {
        /** No subtask has said anything. */
        UNKNOWN,
        /** Some subtask is not ready yet. */
        LOADING,
        /** All subtasks serve the release. */
        READY,
        /** Some subtask refused it. */
        REFUSED,
        /** The job serves it no longer. */
        RETIRED
    }

    private static final Readiness UNKNOWN = new Readiness(State.UNKNOWN, 0, 0, 0, null);

    /**
     * Makes the readiness of the newest status of each subtask. The job may have run with another
     * number of subtasks before: the newest status says how many there are, and those of subtasks
     * that are no more do not count.
     */
    public static Readiness of(Collection<ReleaseStatus> statuses) {
        Optional<ReleaseStatus> newest =
                statuses.stream().max(Comparator.comparingLong(ReleaseStatus::getAtMicros));
        if (newest.isEmpty()) {
            return UNKNOWN;
        }
        int parallelism = newest.get().getParallelism();
        List<ReleaseStatus> current =
                statuses.stream().filter(s -> s.getParallelism() == parallelism).toList();
        int ready = count(current, ServingState.READY);
        List<ReleaseStatus> refusals =
                current.stream().filter(s -> s.getState() == ServingState.REFUSED).toList();
        State state;
        if (!refusals.isEmpty()) {
            state = State.REFUSED;
        } else if (ready == parallelism) {
            state = State.READY;
        } else if (count(current, ServingState.RETIRED) > 0) {
            state = State.RETIRED;
        } else {
            state = State.LOADING;
        }
        String reason =
                refusals.stream()
                        .map(ReleaseStatus::getReason)
                        .filter(text -> text != null && !text.isBlank())
                        .findFirst()
                        .orElse(refusals.isEmpty() ? null : "no reason given");
        return new Readiness(
                state, ready, count(refusals, ServingState.REFUSED), parallelism, reason);
    }

    private static int count(List<ReleaseStatus> statuses, ServingState state) {
        Set<Integer> subtasks = new HashSet<>();
        statuses.stream()
                .filter(status -> status.getState() == state)
                .forEach(status -> subtasks.add(status.getSubtask()));
        return subtasks.size();
    }

    /** Returns a text for people, for example {@code 1 of 2 ready}. */
    @Override
    public String toString() {
        return switch (state) {
            case UNKNOWN -> "not seen by a job";
            case RETIRED -> "retired";
            default -> ready + " of " + parallelism + " ready";
        };
    }
}
