package duet.jobs.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.runtime.io.network.partition.consumer.IndexedInputGate;
import org.apache.flink.streaming.runtime.io.MockIndexedInputGate;
import org.apache.flink.util.function.ThrowingRunnable;
import org.junit.jupiter.api.Test;

class IdleInputTest {
    private final Mails mails = new Mails();
    private final Gate windows = new Gate();
    private final Gate releases = new Gate();
    private int actions;
    private final IdleInput input =
            new IdleInput(mails, new IndexedInputGate[] {windows, releases}, () -> actions++);

    @Test
    void isFoundByTheSecondMailWithoutARecordBetween() throws Exception {
        input.await();
        mails.runOne();
        input.await();
        mails.runOne();
        assertThat(actions).isZero();

        mails.runOne();

        assertThat(actions).isEqualTo(1);
        assertThat(mails.isEmpty()).isTrue();
    }

    @Test
    void isNotLookedForWhileBuffersWait() throws Exception {
        releases.isAvailable = true;
        input.await();
        assertThat(mails.isEmpty()).isTrue();

        releases.isAvailable = false;
        input.await();
        windows.isAvailable = true;
        mails.runOne();
        assertThat(mails.isEmpty()).as("the next record looks again").isTrue();

        windows.isAvailable = false;
        input.await();
        mails.runOne();
        mails.runOne();
        assertThat(actions).isEqualTo(1);
    }

    @Test
    void isFoundBesideAnInputThatHasEnded() throws Exception {
        releases.isAvailable = true;
        releases.isFinished = true;

        input.await();
        mails.runOne();
        mails.runOne();

        assertThat(actions).isEqualTo(1);
    }

    @Test
    void isNothingToActOnWhenTheActionWasDone() throws Exception {
        input.await();
        mails.runOne();
        input.done();
        mails.runOne();

        assertThat(actions).isZero();
        assertThat(mails.isEmpty()).isTrue();
    }

    /** A mailbox whose mails run one by one. */
    private static final class Mails implements MailboxExecutor {
        private final Queue<ThrowingRunnable<? extends Exception>> mails = new ArrayDeque<>();

        @Override
        public void execute(
                MailOptions options,
                ThrowingRunnable<? extends Exception> command,
                String description,
                Object... arguments) {
            mails.add(command);
        }

        void runOne() throws Exception {
            mails.remove().run();
        }

        boolean isEmpty() {
            return mails.isEmpty();
        }

        @Override
        public void yield() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean tryYield() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean shouldInterrupt() {
            return false;
        }
    }

    /** An input of a task. */
    private static final class Gate extends MockIndexedInputGate {
        private boolean isAvailable;
        private boolean isFinished;

        @Override
        public CompletableFuture<?> getAvailableFuture() {
            return isAvailable ? AVAILABLE : new CompletableFuture<>();
        }

        @Override
        public boolean isFinished() {
            return isFinished;
        }
    }
}
