package duet.cli.devices;

import duet.cli.option.KafkaConnection;
import duet.cli.option.Numbers;
import duet.cli.terminal.Terminal;
import duet.operations.broker.BrokerCheck;
import duet.operations.devices.DeviceResets;
import duet.schemas.OneLine;
import duet.schemas.Topics;
import duet.schemas.record.DeviceReset;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code duet devices reset} has the job forget devices. */
@Command(
        name = "reset",
        description = {
            "Has the job forget what it holds of devices: the next window of each is the first that"
                    + " it knows, whatever its sequence number.",
            "The devices take the deltas made from then on, and none made before any more."
        },
        mixinStandardHelpOptions = true)
final class ResetDevicesCommand implements Runnable {

    private final Terminal terminal;

    @Parameters(arity = "1..*", paramLabel = "ID", description = "Ids of the devices.")
    private List<String> devices = List.of();

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            description = "Why, kept in the record of the reset, at most 1,024 bytes.")
    private @Nullable String reason;

    @Mixin private KafkaConnection kafka;

    ResetDevicesCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        List<DeviceReset> resets =
                DeviceResets.of(devices, reason, ChronoUnit.MICROS.between(Instant.EPOCH, now));
        Map<String, Object> properties = kafka.properties();
        new BrokerCheck(kafka.bootstrapServers(), properties, BrokerCheck.ANSWER_TIME)
                .requireTopics(List.of(Topics.DEVICE_RESETS));
        try (DeviceResets topic = new DeviceResets(properties)) {
            topic.write(resets);
        }
        terminal.line(
                named(resets)
                        + " begin"
                        + (resets.size() == 1 ? "s" : "")
                        + " anew as of "
                        + now
                        + ": the job forgets what it holds once it reads this");
    }

    private static String named(List<DeviceReset> resets) {
        return resets.size() == 1
                ? "Device " + OneLine.of(resets.get(0).getDeviceId())
                : Numbers.count(resets.size()) + " devices";
    }
}
