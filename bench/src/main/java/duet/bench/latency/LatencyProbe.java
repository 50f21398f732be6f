package duet.bench.latency;

import duet.bench.measurement.Answers;
import duet.bench.measurement.WindowBacklog;
import duet.bench.measurement.WindowBacklog.EncodedWindow;
import duet.operations.broker.KafkaClients;
import duet.simulator.measurement.LatencySummary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToIntFunction;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Sends windows to a job that runs and takes the time until it answers, the same way for either
 * job: an answer is known by its key. The devices take turns, so the k-th answer with a device's
 * key is that to its k-th window; one that answers several windows counts as so many.
 *
 * <p>The load is open: a window has the time at which it is meant to leave, and its latency counts
 * from then, whether the sender kept up or not.
 */
final class LatencyProbe implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final int LINGER_MILLIS = 1;
    private static final int BATCH_BYTES = 128 << 10;
    private static final int SIGNIFICANT_DIGITS = 3;
    private static final long ONE_SECOND = TimeUnit.SECONDS.toNanos(1);

    /**
     * No wait is shorter: to wait for each window of a high rate alone would take more of the
     * processors than to send it.
     */
    private static final long SHORTEST_WAIT = TimeUnit.MICROSECONDS.toNanos(200);

    /**
     * So much may be on its way while the limit is looked for, and half of the devices: none waits
     * for two answers.
     */
    private static final int MOST_UNANSWERED = 8_192;

    private final String windowsTopic;
    private final int devices;
    private final Iterator<EncodedWindow> windows;
    private final ToIntFunction<byte[]> answeredBy;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    /**
     * Counts the windows that have been taken from the stream before this phase, of all devices.
     */
    private long before;

    /** Counts the answers to each device, since the first phase. */
    private final int[] answers;

    /**
     * Opens a probe.
     *
     * @param outputPartitions partitions of the topic that the job writes to, empty yet
     * @param windows what is sent; devices take turns
     * @param answeredBy how many windows a record of the job answers
     */
    LatencyProbe(
            String bootstrapServers,
            String windowsTopic,
            List<TopicPartition> outputPartitions,
            int devices,
            Iterator<EncodedWindow> windows,
            ToIntFunction<byte[]> answeredBy) {
        this.windowsTopic = windowsTopic;
        this.answeredBy = answeredBy;
        this.devices = devices;
        this.windows = windows;
        answers = new int[devices];
        producer =
                KafkaClients.producer(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                bootstrapServers,
                                ProducerConfig.LINGER_MS_CONFIG,
                                LINGER_MILLIS,
                                ProducerConfig.BATCH_SIZE_CONFIG,
                                BATCH_BYTES));
        consumer = KafkaClients.consumer(bootstrapServers);
        consumer.assign(outputPartitions);
        consumer.seekToBeginning(outputPartitions);
        outputPartitions.forEach(consumer::position);
    }

    /**
     * Holds what was seen in a phase, its beginning left out.
     *
     * @param latency from the intended time to the answer
     * @param sendDelay from the intended time to when it was sent
     */
    record Seen(LatencySummary latency, LatencySummary sendDelay) {}

    /**
     * Sends as many as can be answered.
     *
     * @param number windows to send
     * @return answers a second in the steady part
     * @throws IllegalStateException if not all are answered
     */
    double saturate(int number) {
        Phase phase = new Phase(number);
        long[] times = new long[number];
        int most = Math.max(1, Math.min(MOST_UNANSWERED, devices / 2));
        phase.run(
                i -> {
                    while (i - phase.answered >= most && !phase.over) {
                        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
                    }
                },
                (index, count, now) -> times[count] = now);
        int from = (int) (Answers.STEADY_FROM * number);
        int to = (int) (Answers.STEADY_TO * number);
        return (to - from) * 1e9 / (times[to] - times[from]);
    }

    /**
     * Sends at a rate, at times of a Poisson process.
     *
     * @param perSecond windows a second
     * @param warmUp windows meant to leave in this time are not counted
     * @param measured the time after it
     * @param seed of the times
     * @throws IllegalStateException if not all are answered
     */
    Seen run(double perSecond, Duration warmUp, Duration measured, long seed) {
        long[] intended = schedule(perSecond, warmUp.plus(measured), seed);
        Histogram latencies = new Histogram(SIGNIFICANT_DIGITS);
        Histogram delays = new Histogram(SIGNIFICANT_DIGITS);
        Phase phase = new Phase(intended.length);
        long start = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50);
        long counted = warmUp.toNanos();
        phase.run(
                i -> {
                    long wait;
                    while ((wait = start + intended[i] - System.nanoTime()) > 0) {
                        LockSupport.parkNanos(Math.max(wait, SHORTEST_WAIT));
                    }
                    if (intended[i] >= counted) {
                        delays.recordValue(TimeUnit.NANOSECONDS.toMicros(-wait));
                    }
                },
                (index, count, now) -> {
                    if (intended[index] >= counted) {
                        latencies.recordValue(
                                TimeUnit.NANOSECONDS.toMicros(now - start - intended[index]));
                    }
                });
        return new Seen(LatencySummary.of(latencies), LatencySummary.of(delays));
    }

    private static long[] schedule(double perSecond, Duration duration, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long[] times = new long[(int) (perSecond * duration.toNanos() / ONE_SECOND)];
        double at = 0;
        for (int i = 0; i < times.length; i++) {
            at += -Math.log(1 - random.nextDouble()) * ONE_SECOND / perSecond;
            times[i] = (long) at;
        }
        return times;
    }

    /** Waits until a window may leave. */
    private interface Pace {
        void await(int index);
    }

    /**
     * Is told of an answer: to which window of the phase, how many came before, and when, in the
     * JVM's nanoseconds.
     */
    private interface Receiver {
        void answered(int index, int count, long nanos);
    }

    /** Sends a number of windows and receives their answers. */
    private final class Phase {
        private final List<EncodedWindow> toSend;
        private volatile int answered;
        private volatile boolean over;

        Phase(int number) {
            toSend = new ArrayList<>(number);
            for (int i = 0; i < number; i++) {
                toSend.add(windows.next());
            }
            // What was made for earlier phases need not be collected in this one.
            System.gc();
        }

        void run(Pace pace, Receiver receiver) {
            Thread sender = new Thread(() -> send(pace), "duet-bench-sender");
            sender.start();
            try {
                receive(receiver);
            } finally {
                over = true;
                sender.interrupt();
                join(sender);
                before += toSend.size();
            }
        }

        private void send(Pace pace) {
            for (int i = 0; i < toSend.size() && !over; i++) {
                pace.await(i);
                EncodedWindow window = toSend.get(i);
                producer.send(
                        new ProducerRecord<>(windowsTopic, window.key(), window.value()),
                        (metadata, exception) -> {
                            if (exception != null && !over) {
                                failure.compareAndSet(null, exception);
                            }
                        });
            }
        }

        private void receive(Receiver receiver) {
            int number = toSend.size();
            int count = 0;
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (count < number) {
                var records = consumer.poll(POLL);
                long now = System.nanoTime();
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    if (record.value() == null) {
                        continue; // the job has forgotten a device
                    }
                    int device = WindowBacklog.deviceOf(record.key());
                    for (int left = answeredBy.applyAsInt(record.value()); left > 0; left--) {
                        receiver.answered(nextOf(device), count++, now);
                    }
                }
                answered = count;
                if (!records.isEmpty()) {
                    deadline = now + PATIENCE.toNanos();
                } else if (now > deadline || failure.get() != null) {
                    throw new IllegalStateException(
                            String.format(
                                    Locale.ROOT, "of %,d windows %,d were answered", number, count),
                            failure.get());
                }
            }
        }

        /** Returns which window of this phase the next answer to a device is to. */
        private int nextOf(int device) {
            long index = device + (long) answers[device]++ * devices - before;
            if (index < 0 || index >= toSend.size()) {
                throw new IllegalStateException(
                        "device " + device + " got an answer more than it sent windows");
            }
            return (int) index;
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        try (consumer;
                producer) {
            // Nothing is on its way any more.
        }
    }
}
