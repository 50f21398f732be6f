package duet.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventuallyTest {
    private final AtomicInteger looks = new AtomicInteger();

    @Test
    void looksAgainUntilTheValueIsAsWanted() {
        assertThat(Eventually.until("the third look", looks::incrementAndGet, n -> n == 3))
                .isEqualTo(3);
        assertThat(looks).hasValue(3);
    }

    @Test
    void asksInTheThreadOfTheTest() {
        Thread test = Thread.currentThread();
        Eventually.until("the own thread", () -> Thread.currentThread() == test);
    }

    @Test
    void saysWhatItWaitedForAndWhatItSawLast() {
        assertThatThrownBy(
                        () ->
                                Eventually.until(
                                        Duration.ofMillis(1),
                                        "the end",
                                        () -> looks.incrementAndGet() < 0,
                                        () -> "looked " + looks))
                .isInstanceOf(AssertionError.class)
                .hasMessageMatching("waited for the end for 0 s in vain: looked \\d+");
    }

    @Test
    void endsWithWhatTheConditionFailsWith() {
        assertThatThrownBy(
                        () ->
                                Eventually.until(
                                        "nothing",
                                        () -> {
                                            looks.incrementAndGet();
                                            throw new AssertionError("over");
                                        }))
                .isInstanceOf(AssertionError.class)
                .hasMessage("over");
        assertThat(looks).hasValue(1);
    }

    @Test
    void leavesTheFailureOfAFutureAsItIs() {
        assertThatThrownBy(
                        () ->
                                Eventually.get(
                                        "a failure",
                                        CompletableFuture.failedFuture(
                                                new IllegalStateException("so"))))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IllegalStateException.class);
    }
}
