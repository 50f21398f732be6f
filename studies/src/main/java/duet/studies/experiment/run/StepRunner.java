package duet.studies.experiment.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A runner does the steps that are not done yet, in their order. Other processes may do the same
 * with the same directory of locks: each step is done by one of them.
 */
final class StepRunner {
    private final Path locks;
    private final Listener listener;

    StepRunner(Path locks, Listener listener) {
        this.locks = locks;
        this.listener = listener;
    }

    /** A listener hears what becomes of the steps. */
    interface Listener {
        /**
         * Hears that a step that was not done at the beginning is done, by this process or by
         * another one.
         */
        void done(Step step);

        /** Hears that a step, or the one it needs, failed. */
        void failed(Step step, RuntimeException reason);
    }

    /**
     * Returns when every step is done or has failed in this process.
     *
     * @param steps a step stands after the one it needs
     */
    void run(List<Step> steps) {
        List<Step> open = new ArrayList<>();
        for (Step step : steps) {
            if (!step.done().getAsBoolean()) {
                open.add(step);
            }
        }
        while (!open.isEmpty()) {
            int before = open.size();
            for (Step step : List.copyOf(open)) {
                if (open.contains(step)) {
                    attempt(step, open);
                }
            }
            if (open.size() == before) {
                // The first one needs nothing that is not done, so somebody else is at it.
                ProcessLock.await(locks, open.get(0).lock());
            }
        }
    }

    private void attempt(Step step, List<Step> open) {
        if (waits(step, open)) {
            return;
        }
        Optional<ProcessLock> lock = ProcessLock.tryTake(locks, step.lock());
        if (lock.isEmpty()) {
            return;
        }
        ProcessLock held = lock.get();
        try (held) {
            if (!step.done().getAsBoolean()) {
                step.work().run();
            }
            open.remove(step);
            listener.done(step);
        } catch (RuntimeException e) {
            Set<String> failed = new HashSet<>(Set.of(step.name()));
            open.remove(step);
            listener.failed(step, e);
            for (Step later : List.copyOf(open)) {
                if (later.needs().filter(failed::contains).isPresent()) {
                    failed.add(later.name());
                    open.remove(later);
                    listener.failed(later, e);
                }
            }
        }
    }

    private static boolean waits(Step step, List<Step> open) {
        return step.needs().isPresent()
                && open.stream().anyMatch(other -> other.name().equals(step.needs().get()));
    }
}
