package duet.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import duet.jobs.config.KafkaPropertiesFile;
import duet.jobs.generation.ResetReader;
import duet.jobs.generation.WindowKey;
import duet.jobs.generation.WindowReader;
import duet.jobs.history.HistoryEncoding;
import duet.jobs.policy.SentDeltaEncoding;
import duet.jobs.release.LoadRecordReader;
import duet.jobs.release.ReleaseRecords;
import duet.schemas.InvalidInputException;
import duet.schemas.release.ReleaseRefusedException;
import duet.schemas.serde.MalformedRecordException;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;

@DisplayName("Whatever the bytes, the job reads as it promises")
class JobsFuzzTest {
    private static final byte[] KEY = "d-1".getBytes(StandardCharsets.UTF_8);
    private static final WindowReader BY_DEVICE = new WindowReader(WindowKey.DEVICE_ID);
    private static final WindowReader BY_ANY = new WindowReader(WindowKey.ANY);
    private static final ReleaseRecords RELEASE = new ReleaseRecords();
    private static final ResetReader RESET = new ResetReader();
    private static final long NOW_MICROS = 1_700_000_000_000_000L;

    static final FuzzTarget<byte[]> RECEIVED_WINDOWS =
            new FuzzTarget<>(
                    Function.identity(),
                    JobsFuzzTest::readWindow,
                    128,
                    256 << 10,
                    MalformedRecordException.class);

    static final FuzzTarget<byte[]> RELEASE_RECORDS =
            new FuzzTarget<>(
                    Function.identity(),
                    input -> RELEASE.read(KEY, input),
                    64,
                    256 << 10,
                    MalformedRecordException.class);

    static final FuzzTarget<byte[]> DEVICE_RESETS =
            new FuzzTarget<>(
                    Function.identity(),
                    input -> RESET.read(KEY, input, NOW_MICROS),
                    64,
                    256 << 10,
                    MalformedRecordException.class);

    /** Room for the vectors of a history is made one by one, as they are read. */
    static final FuzzTarget<byte[]> HISTORIES =
            new FuzzTarget<>(
                    Function.identity(),
                    input -> HistoryEncoding.read(in(input)),
                    64,
                    256 << 10,
                    IOException.class);

    static final FuzzTarget<byte[]> SENT_DELTAS =
            new FuzzTarget<>(
                    Function.identity(),
                    input -> SentDeltaEncoding.read(in(input)),
                    64,
                    256 << 10,
                    IOException.class);

    static final FuzzTarget<Path> KAFKA_PROPERTIES =
            new FuzzTarget<>(
                    FuzzTarget.asFile("kafka.properties"),
                    KafkaPropertiesFile::read,
                    128,
                    256 << 10,
                    InvalidInputException.class);

    static final FuzzTarget<Path> LOAD_RECORDS =
            new FuzzTarget<>(
                    JobsFuzzTest::leaveRecord,
                    LoadRecordReader::read,
                    64,
                    256 << 10,
                    ReleaseRefusedException.class);

    /** Both readers say the same of what lies under its device's key. */
    private static void readWindow(byte[] input) throws MalformedRecordException {
        BY_ANY.read(input, 5, 0, 9, null);
        BY_DEVICE.read(input, 5, 0, 9, KEY);
    }

    private static DataInputStream in(byte[] input) {
        return new DataInputStream(new ByteArrayInputStream(input));
    }

    private static Path leaveRecord(byte[] input) {
        Path directory = Scratch.directory("records");
        try {
            LoadRecordReader.leave(directory, input);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return directory;
    }

    @FuzzTest
    void receivedWindows(byte[] input) {
        RECEIVED_WINDOWS.check(input);
    }

    @FuzzTest
    void releaseRecords(byte[] input) {
        RELEASE_RECORDS.check(input);
    }

    @FuzzTest
    void deviceResets(byte[] input) {
        DEVICE_RESETS.check(input);
    }

    @FuzzTest
    void histories(byte[] input) {
        HISTORIES.check(input);
    }

    @FuzzTest
    void sentDeltas(byte[] input) {
        SENT_DELTAS.check(input);
    }

    @FuzzTest
    void kafkaProperties(byte[] input) {
        KAFKA_PROPERTIES.check(input);
    }

    @FuzzTest
    void loadRecords(byte[] input) {
        LOAD_RECORDS.check(input);
    }
}
