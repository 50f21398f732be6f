package duet.studies.experiment.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The steps of an experiment")
class StepRunnerTest {

    @TempDir private Path locks;
    private final List<String> worked = new ArrayList<>();
    private final Set<String> results = new HashSet<>();
    private final List<String> told = new ArrayList<>();

    private final StepRunner.Listener listener =
            new StepRunner.Listener() {
                @Override
                public void done(Step step) {
                    told.add("done " + step.name());
                }

                @Override
                public void failed(Step step, RuntimeException reason) {
                    told.add("failed " + step.name() + ": " + reason.getMessage());
                }
            };

    private Step step(String name, String needs) {
        return step(
                name,
                needs,
                () -> {
                    worked.add(name);
                    results.add(name);
                });
    }

    private Step step(String name, String needs, Runnable work) {
        return new Step(
                name, name, name, Optional.ofNullable(needs), () -> results.contains(name), work);
    }

    @Test
    @DisplayName("are done in their order, those that have a result are not done again")
    void order() {
        results.add("b");
        new StepRunner(locks, listener)
                .run(List.of(step("a", null), step("b", "a"), step("c", "a")));

        assertThat(worked).containsExactly("a", "c");
        assertThat(told).containsExactly("done a", "done c");
    }

    @Test
    @DisplayName("fail alone, with those that need them")
    void failure() {
        Step broken =
                step(
                        "a",
                        null,
                        () -> {
                            throw new IllegalStateException("diverged");
                        });
        new StepRunner(locks, listener)
                .run(List.of(broken, step("b", "a"), step("c", null), step("d", "b")));

        assertThat(worked).containsExactly("c");
        assertThat(told)
                .containsExactly(
                        "failed a: diverged", "failed b: diverged", "failed d: diverged", "done c");
    }

    @Test
    @DisplayName("that another one works at are left to it, others go on meanwhile")
    void held() {
        Step first = step("a", null);
        Step second =
                step(
                        "b",
                        null,
                        () -> {
                            worked.add("b");
                            results.add("b");
                            // The other one has finished in the meantime.
                            results.add("a");
                            release();
                        });
        taken = ProcessLock.tryTake(locks, "a").orElseThrow();

        new StepRunner(locks, listener).run(List.of(first, second));

        assertThat(worked).containsExactly("b");
        assertThat(told).containsExactly("done b", "done a");
    }

    private ProcessLock taken;

    private void release() {
        taken.close();
    }

    @Test
    @DisplayName("give their locks back, whatever becomes of them")
    void locks() {
        new StepRunner(locks, listener)
                .run(
                        List.of(
                                step("a", null),
                                step(
                                        "b",
                                        null,
                                        () -> {
                                            throw new IllegalStateException();
                                        })));
        for (String name : List.of("a", "b")) {
            ProcessLock lock = ProcessLock.tryTake(locks, name).orElseThrow();
            try (lock) {
                assertThat(ProcessLock.tryTake(locks, name)).isEmpty();
            }
        }
    }
}
