package duet.jobs.release;

import static org.assertj.core.api.Assertions.assertThat;

import duet.jobs.generation.PlainGenerator;
import duet.jobs.release.ReleaseLoader.Loaded;
import duet.jobs.release.ReleaseLoader.Outcome;
import duet.jobs.release.ReleaseLoader.Refused;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import duet.schemas.release.ReleaseRefusedException;
import duet.testkit.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The loader of releases")
class ReleaseLoaderTest {
    private static final String HANGS = "hangs";

    private final CountDownLatch released = new CountDownLatch(1);
    private final Map<String, PlainGenerator> opened = new ConcurrentHashMap<>();
    private ReleaseLoader loader = loader(Duration.ofMinutes(30));

    @AfterEach
    void close() {
        released.countDown();
        loader.close();
    }

    private ReleaseLoader loader(Duration limit) {
        return new ReleaseLoader(
                new ReleaseSource() {
                    @Override
                    public OpenedRelease open(ModelRelease release)
                            throws ReleaseRefusedException, IOException {
                        return ReleaseLoaderTest.this.open(release);
                    }

                    @Override
                    public Duration limit() {
                        return limit;
                    }
                },
                "loading",
                getClass().getClassLoader());
    }

    private OpenedRelease open(ModelRelease release) {
        switch (release.getVersion()) {
            case HANGS -> awaitUninterruptibly();
            case "memory" -> throw new OutOfMemoryError("Java heap space");
            case "stack" -> throw new StackOverflowError();
            case "link" -> throw new UnsatisfiedLinkError("no such symbol");
            case "assertion" -> throw new AssertionError("cannot be");
            case "runtime" -> throw new IllegalStateException("engine");
            default -> {}
        }
        PlainGenerator generator = new PlainGenerator(release.getVersion());
        opened.put(release.getVersion(), generator);
        return new OpenedRelease(generator, Map.of());
    }

    /** Native code does not hear interrupts. */
    private void awaitUninterruptibly() {
        boolean done = false;
        while (!done) {
            try {
                released.await();
                done = true;
            } catch (InterruptedException e) {
                // Goes on waiting.
            }
        }
    }

    private static ModelRelease release(String version) {
        return new ModelRelease(
                version,
                "file:/b",
                "0".repeat(64),
                null,
                1L,
                Map.of(),
                1.0,
                ReleaseState.LIVE,
                0L,
                null);
    }

    private List<Outcome> takeAll() {
        List<Outcome> outcomes = new ArrayList<>();
        Eventually.until(
                "all outcomes",
                () -> {
                    outcomes.addAll(loader.take());
                    return !loader.isBusy();
                });
        return outcomes;
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "stack", "link", "assertion", "runtime"})
    @DisplayName("ends with an outcome whatever is thrown, and goes on")
    void whateverIsThrown(String version) throws Exception {
        loader.submit(release(version));
        loader.submit(release("good"));
        List<Outcome> outcomes = takeAll();
        assertThat(outcomes).hasSize(2);
        assertThat(outcomes.get(0))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> {
                            assertThat(refused.lasting()).isTrue();
                            assertThat(refused.reason()).startsWith("cannot be loaded: ");
                        });
        assertThat(outcomes.get(1)).isInstanceOf(Loaded.class);
        assertThat(loader.load(release(version))).isEqualTo(outcomes.get(0));
    }

    @Test
    @DisplayName("gives up a load that hangs, and loads the next ones")
    void givesUp() throws Exception {
        loader.close();
        loader = loader(Duration.ofMillis(100));
        loader.submit(release(HANGS));
        loader.submit(release("next"));
        List<Outcome> outcomes = takeAll();
        assertThat(outcomes.get(0))
                .isEqualTo(new Refused(release(HANGS), "it was not loaded within 0 s", false));
        assertThat(outcomes.get(1).release()).isEqualTo(release("next"));
        assertThat(loader.load(release(HANGS)))
                .isEqualTo(new Refused(release(HANGS), "it was not loaded within 0 s", false));

        // What comes of it in the end belongs to nobody.
        released.countDown();
        Eventually.until(
                "the generator of the load that was given up to be closed",
                () -> opened.containsKey(HANGS) && opened.get(HANGS).closed());
    }

    @Test
    @DisplayName("loads no more once too many loads hang")
    void tooMany() throws Exception {
        loader.close();
        loader = loader(Duration.ofMillis(1));
        for (int i = 0; i < ReleaseLoader.MAX_GIVEN_UP; i++) {
            loader.load(release(HANGS));
        }
        assertThat(loader.load(release("good")))
                .isEqualTo(
                        new Refused(
                                release("good"),
                                "this task manager has given up 4 loads, restart it",
                                false));
    }
}
