package duet.jobs.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.jobs.release.ReleaseRecords.Deleted;
import duet.jobs.release.ReleaseRecords.Released;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import duet.schemas.serde.MalformedRecordException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReleaseRecordsTest {
    private static final byte[] KEY = "v1".getBytes(StandardCharsets.UTF_8);

    private final ReleaseRecords records = new ReleaseRecords();

    private static ModelRelease release(double share) {
        return new ModelRelease(
                "v1",
                "file:///x",
                "ab".repeat(32),
                null,
                1L,
                Map.of(),
                share,
                ReleaseState.LIVE,
                0L,
                null);
    }

    @Test
    void sayThatThereIsARelease() throws Exception {
        assertThat(records.read(KEY, records.encode(release(0.5))))
                .isEqualTo(new Released(release(0.5)));
    }

    @Test
    void sayThatAReleaseWasDeleted() throws Exception {
        assertThat(records.read(KEY, null)).isEqualTo(new Deleted("v1"));
    }

    @Test
    void areNoneWithNeitherKeyNorValue() {
        assertThatThrownBy(() -> records.read(null, null))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessage("release has neither key nor value");
    }

    @Test
    void areCheckedOnTheWayIn() {
        assertThatThrownBy(() -> records.read(KEY, records.encode(release(2))))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessageContaining("v1");
    }

    @Test
    void areReadOnAfterBytesThatAreNone() throws Exception {
        byte[] whole = records.encode(release(1));
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> records.read(KEY, cut))
                    .isInstanceOf(MalformedRecordException.class);
        }

        assertThat(records.read(KEY, whole)).isEqualTo(new Released(release(1)));
    }

    @Test
    void comeBackAsTheyWereKept() throws Exception {
        assertThat(records.decode(records.encode(release(0.25)))).isEqualTo(release(0.25));
    }
}
