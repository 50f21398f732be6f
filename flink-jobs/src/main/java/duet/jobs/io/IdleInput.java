package duet.jobs.io;

import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.MailboxExecutor.MailOptions;
import org.apache.flink.runtime.io.network.partition.consumer.IndexedInputGate;
import org.apache.flink.streaming.runtime.tasks.StreamTask;
import org.apache.flink.util.function.ThrowingRunnable;

/**
 * This class notices that a task has taken in all there is to take in, so that what waits for
 * company need not wait any longer: nobody comes. It runs on the task's thread.
 *
 * <p>The task runs its mails between its records. A mail that finds that not one record came in
 * since it was sent the last time, although the task looked for one, has found the input empty. As
 * long as whole network buffers wait, no mail is under way: a busy task pays a look at its gates
 * for each record.
 */
public final class IdleInput {
    private final MailboxExecutor mailbox;
    private final IndexedInputGate[] gates;
    private final ThrowingRunnable<? extends Exception> action;

    /** The flag says whether anything waits for the action. */
    private boolean awaited;

    private boolean mailUnderWay;
    private boolean lookedSinceLastRecord;

    /**
     * @param mailbox executes on the task's thread
     * @param gates inputs of the task
     * @param action what is done once at the end of a burst of records
     */
    IdleInput(
            MailboxExecutor mailbox,
            IndexedInputGate[] gates,
            ThrowingRunnable<? extends Exception> action) {
        this.mailbox = mailbox;
        this.gates = gates.clone();
        this.action = action;
    }

    /** Watches the inputs of a task, on behalf of its operator at that place in the chain. */
    public static IdleInput of(
            StreamTask<?, ?> task, int chainIndex, ThrowingRunnable<? extends Exception> action) {
        return new IdleInput(
                task.getMailboxExecutorFactory().createExecutor(chainIndex),
                task.getEnvironment().getAllInputGates(),
                action);
    }

    /**
     * Takes that something came in after which the action is due as soon as nothing else is there.
     */
    public void await() {
        awaited = true;
        lookedSinceLastRecord = false;
        if (!mailUnderWay && !buffersWait()) {
            send();
        }
    }

    /** Takes that the action was done, or that there is nothing left to do. */
    public void done() {
        awaited = false;
    }

    private void send() {
        mailUnderWay = true;
        // Not while an operator behind waits in the middle of a record.
        mailbox.execute(MailOptions.deferrable(), this::look, "look for idle input");
    }

    private void look() throws Exception {
        mailUnderWay = false;
        if (!awaited) {
            return;
        }
        if (lookedSinceLastRecord) {
            awaited = false;
            action.run();
        } else if (!buffersWait()) {
            lookedSinceLastRecord = true;
            send();
        }
    }

    private boolean buffersWait() {
        for (IndexedInputGate gate : gates) {
            // One that has ended is available for good.
            if (gate.isAvailable() && !gate.isFinished()) {
                return true;
            }
        }
        return false;
    }
}
