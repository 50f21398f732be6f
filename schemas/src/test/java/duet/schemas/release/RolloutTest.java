package duet.schemas.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import duet.schemas.release.Rollout.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RolloutTest {
    private static final int DEVICES = 20_000;

    private static ModelRelease release(String version, long at, double share) {
        return release(version, at, share, ReleaseState.LIVE);
    }

    private static ModelRelease release(String version, long at, double share, ReleaseState state) {
        return new ModelRelease(
                version,
                "file:///models/" + version,
                "00",
                null,
                at,
                Map.of(),
                share,
                state,
                0L,
                null);
    }

    private static Rollout rollout(ModelRelease... releases) {
        return Rollout.of(List.of(releases));
    }

    @Nested
    class TheRoles {
        @Test
        void ofNoReleaseLeaveDevicesWithTheirModel() {
            Rollout nothing = rollout();
            assertThat(nothing.base()).isEmpty();
            assertThat(nothing.staged()).isEmpty();
            assertThat(nothing.versionOf("d")).isEmpty();
            assertThat(nothing.served()).isEmpty();
        }

        @Test
        void ofOneAfterAnother() {
            Rollout rollout =
                    rollout(
                            release("a", 1, 1),
                            release("b", 2, 1),
                            release("c", 3, 0.5),
                            release("d", 4, 1),
                            release("e", 5, 0.1),
                            release("f", 6, 0.2),
                            release("g", 7, 0));
            assertThat(rollout.served())
                    .containsExactly(
                            Map.entry("g", Role.ANNOUNCED),
                            Map.entry("f", Role.STAGED),
                            Map.entry("e", Role.SUPERSEDED),
                            Map.entry("d", Role.BASE),
                            Map.entry("c", Role.SUPERSEDED),
                            Map.entry("b", Role.FALLBACK),
                            Map.entry("a", Role.SUPERSEDED));
            assertThat(rollout.base().map(ModelRelease::getVersion)).contains("d");
            assertThat(rollout.staged().map(ModelRelease::getVersion)).contains("f");
        }

        @Test
        void ofAShareThatIsOlderThanTheBaseAreNone() {
            Rollout rollout = rollout(release("a", 1, 0.9), release("b", 2, 1));
            assertThat(rollout.staged()).isEmpty();
            assertThat(rollout.versionOf("d")).contains("b");
        }

        @Test
        void ofAWithdrawnBaseFallToTheOneBefore() {
            Rollout rollout =
                    rollout(release("a", 1, 1), release("b", 2, 1, ReleaseState.WITHDRAWN));
            assertThat(rollout.served()).containsExactly(Map.entry("a", Role.BASE));
            assertThat(rollout.versionOf("d")).contains("a");
        }

        @Test
        void ofAWithdrawnShareLeaveAllDevicesWithTheBase() {
            Rollout rollout =
                    rollout(release("a", 1, 1), release("b", 2, 0.99, ReleaseState.WITHDRAWN));
            assertThat(rollout.staged()).isEmpty();
            assertThat(rollout.versionOf("d")).contains("a");
        }

        @Test
        void ofAShareWithoutABaseLeaveTheOthersWithTheirModel() {
            Rollout rollout = rollout(release("a", 1, 0.5));
            List<Optional<String>> versions = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                versions.add(rollout.versionOf("d-" + i));
            }
            assertThat(versions).contains(Optional.of("a"), Optional.empty());
        }
    }

    @Nested
    class TheBucket {
        /** Contract with every device: frozen. */
        @Test
        void ofADeviceNeverChanges() {
            assertThat(Rollout.bucket("d-42", "sasrec-0123456789ab")).isEqualTo(0.954743905689281);
            assertThat(Rollout.bucket("gerät-42", "v")).isEqualTo(0.7988695451167214);
            assertThat(Rollout.bucket("", "")).isEqualTo(0.30929118745757567);
        }

        /**
         * Chi-squared with 99 degrees of freedom: 149 is exceeded once in a thousand times by
         * chance; the ids are fixed.
         */
        @Test
        void isUniform() {
            for (String version : List.of("v1", "v2", "sasrec-0123456789ab")) {
                int[] counts = new int[100];
                for (int i = 0; i < DEVICES; i++) {
                    counts[(int) (Rollout.bucket("device-" + i, version) * counts.length)]++;
                }
                double expected = (double) DEVICES / counts.length;
                double chi = 0;
                for (int count : counts) {
                    chi += (count - expected) * (count - expected) / expected;
                }
                assertThat(chi).isLessThan(149);
            }
        }

        /** Otherwise the same devices would try every release first. */
        @Test
        void ofAnotherVersionIsIndependent() {
            int both = 0;
            for (int i = 0; i < DEVICES; i++) {
                if (Rollout.bucket("d" + i, "v1") < 0.1 && Rollout.bucket("d" + i, "v2") < 0.1) {
                    both++;
                }
            }
            assertThat((double) both / DEVICES).isCloseTo(0.01, within(0.003));
        }
    }
}
