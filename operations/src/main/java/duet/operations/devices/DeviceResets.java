package duet.operations.devices;

import duet.operations.broker.KafkaClients;
import duet.schemas.InvalidInputException;
import duet.schemas.Topics;
import duet.schemas.record.DeviceReset;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.RecordEncoder;
import duet.schemas.serde.Records;
import duet.schemas.serde.ResetValidation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Asks the job to forget devices. It is not thread-safe. */
public final class DeviceResets implements AutoCloseable {
    private static final int SEND_MILLIS = 30_000;

    private final KafkaProducer<byte[], byte[]> producer;
    private final RecordEncoder<DeviceReset> encoder = Records.deviceResetEncoder();

    /**
     * Connects to the brokers.
     *
     * @param clientProperties Kafka client properties, bootstrap servers included; the topic exists
     */
    public DeviceResets(Map<String, Object> clientProperties) {
        Map<String, Object> properties = new HashMap<>(clientProperties);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, SEND_MILLIS);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, SEND_MILLIS / 2);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, SEND_MILLIS);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        producer = KafkaClients.producer(properties);
    }

    /**
     * Makes the resets of these devices, each once.
     *
     * @param reason why; null where nobody says
     * @param atMicros now, microseconds since the epoch
     * @throws InvalidInputException naming the id or the reason that there can be no such of
     */
    public static List<DeviceReset> of(
            Collection<String> devices, @Nullable String reason, long atMicros) {
        List<DeviceReset> resets = new ArrayList<>();
        for (String device : new LinkedHashSet<>(devices)) {
            DeviceReset reset = new DeviceReset(device, atMicros, reason);
            try {
                ResetValidation.check(reset);
            } catch (MalformedRecordException e) {
                throw new InvalidInputException(e.getMessage(), e);
            }
            resets.add(reset);
        }
        return resets;
    }

    /**
     * Writes the resets; when this returns, the brokers hold them.
     *
     * @throws IllegalStateException naming a device whose reset they do not take; those before it
     *     may be written
     */
    public void write(List<DeviceReset> resets) {
        List<Future<RecordMetadata>> written = new ArrayList<>();
        for (DeviceReset reset : resets) {
            try {
                written.add(producer.send(record(reset)));
            } catch (KafkaException e) {
                throw notWritten(reset, e);
            }
        }
        for (int i = 0; i < resets.size(); i++) {
            try {
                written.get(i).get();
            } catch (ExecutionException e) {
                throw notWritten(resets.get(i), e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw notWritten(resets.get(i), e);
            }
        }
    }

    private ProducerRecord<byte[], byte[]> record(DeviceReset reset) {
        return new ProducerRecord<>(
                Topics.DEVICE_RESETS,
                reset.getDeviceId().getBytes(StandardCharsets.UTF_8),
                encoder.encode(reset));
    }

    private static IllegalStateException notWritten(DeviceReset reset, Throwable cause) {
        return new IllegalStateException(
                "the reset of device=" + reset.getDeviceId() + " could not be written", cause);
    }

    @Override
    public void close() {
        producer.close();
    }
}
