package duet.schemas.serde;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.OneLine;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseStatus;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReleaseValidationTest {
    private static ModelRelease release(Consumer<ModelRelease> change) {
        ModelRelease release =
                ModelRelease.newBuilder()
                        .setVersion("sasrec-1")
                        .setBundleUri("file:///models/a")
                        .setManifestSha256("0123456789abcdef".repeat(4))
                        .setReleasedAtMicros(5)
                        .build();
        change.accept(release);
        return release;
    }

    private static void assertRefused(Consumer<ModelRelease> change, String message) {
        assertThatThrownBy(() -> ReleaseValidation.check(release(change)))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.0, 0.3, 1})
    void takesEveryShareFromNoneToAll(double share) {
        assertThatCode(() -> ReleaseValidation.check(release(r -> r.setShare(share))))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.0000001, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesEveryOther(double share) {
        assertRefused(
                r -> r.setShare(share),
                "release of version=sasrec-1 goes to a share of " + share + ", it must be 0 to 1");
    }

    @Test
    void refusesAVersionThatNobodyCouldName() {
        assertRefused(r -> r.setVersion(" "), "release has a blank version");
        assertRefused(
                r -> r.setVersion("v".repeat(129)),
                "release of version="
                        + "v".repeat(129)
                        + " has a version of 129 bytes, the limit is 128");
    }

    @ParameterizedTest
    @MethodSource("duet.schemas.HostileVersions#all")
    void refusesAVersionThatNobodyGave(String version) {
        String refusal =
                " has the version '"
                        + OneLine.of(version)
                        + "', it must be 1 to 128 letters, digits, '.', '_' or '-'";
        assertRefused(r -> r.setVersion(version), "release" + refusal);
        ReleaseStatus status = Samples.releaseStatus();
        assertThatCode(() -> ReleaseValidation.check(status)).doesNotThrowAnyException();
        status.setVersion(version);
        assertThatThrownBy(() -> ReleaseValidation.check(status))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessage("release status" + refusal);
    }

    @Test
    void refusesWhatIsLargerThanAReleaseHasToBe() {
        assertRefused(
                r -> r.setBundleUri("file:///" + "a".repeat(4_089)),
                "release of version=sasrec-1 has an address of 4,097 bytes, the limit is 4,096");
        assertRefused(
                r ->
                        r.setMetrics(
                                IntStream.rangeClosed(0, 64)
                                        .boxed()
                                        .collect(toMap(i -> "m" + i, i -> 1.0))),
                "release of version=sasrec-1 has 65 metrics, the limit is 64");
        assertRefused(
                r -> r.setMetrics(Map.of("m".repeat(129), 1.0)),
                "release of version=sasrec-1 has a metric with a name of 129 bytes, the limit is"
                        + " 128");
        assertRefused(
                r -> r.setSignature(ByteBuffer.allocate(1_025)),
                "release of version=sasrec-1 has a signature of 1,025 bytes, the limit is 1,024");
        assertRefused(
                r -> r.setRolloutSignature(ByteBuffer.allocate(1_025)),
                "release of version=sasrec-1 has a rollout signature of 1,025 bytes, the limit is"
                        + " 1,024");
    }

    @Test
    void refusesACounterThatNobodyCounted() {
        assertRefused(
                r -> r.setCounter(-1),
                "release of version=sasrec-1 has the counter -1, it must not be below 0");
        assertThatCode(() -> ReleaseValidation.check(release(r -> r.setCounter(Long.MAX_VALUE))))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesAReleaseOfNothing() {
        assertRefused(r -> r.setBundleUri(""), "release of version=sasrec-1 names no bundle");
    }

    /** The hash is the name of a directory in the job's cache. */
    @Test
    void refusesAHashThatIsNone() {
        for (String hash : new String[] {"", "00ff", "../".repeat(21) + "x", "F".repeat(64)}) {
            assertRefused(
                    r -> r.setManifestSha256(hash),
                    "release of version=sasrec-1 has the manifest hash '"
                            + hash
                            + "', it must be 64 hexadecimal digits in lower case");
        }
    }
}
