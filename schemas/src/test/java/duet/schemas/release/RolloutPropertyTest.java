package duet.schemas.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

class RolloutPropertyTest {
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

    @Property
    void rolesDoNotDependOnTheOrderOfTheRecords(@ForAll Random random) {
        List<ModelRelease> releases = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            releases.add(
                    release(
                            "v" + i,
                            random.nextInt(4),
                            List.of(0.0, 0.3, 1.0).get(random.nextInt(3)),
                            random.nextInt(4) == 0 ? ReleaseState.WITHDRAWN : ReleaseState.LIVE));
        }
        Rollout before = Rollout.of(releases);
        Collections.shuffle(releases, random);
        Rollout after = Rollout.of(releases);
        assertThat(List.copyOf(after.served().entrySet()))
                .isEqualTo(List.copyOf(before.served().entrySet()));
        for (int i = 0; i < 20; i++) {
            assertThat(after.versionOf("d-" + i)).isEqualTo(before.versionOf("d-" + i));
        }
    }

    @Property
    void aBucketLiesFromZeroToBelowOne(
            @ForAll @StringLength(max = 40) String device, @ForAll String version) {
        assertThat(Rollout.bucket(device, version)).isBetween(0.0, Math.nextDown(1.0));
    }

    @Property(tries = 30)
    void aShareIsMetWithinSamplingError(
            @ForAll @DoubleRange(min = 0.01, max = 0.99) double share,
            @ForAll @IntRange(max = 1_000) int seed) {
        Rollout rollout = rollout(release("a", 1, 1), release("b-" + seed, 2, share));
        int in = 0;
        for (int i = 0; i < DEVICES; i++) {
            if (rollout.versionOf("d-" + i).orElseThrow().startsWith("b-")) {
                in++;
            }
        }
        double sixSigma = 6 * Math.sqrt(share * (1 - share) / DEVICES);
        assertThat((double) in / DEVICES).isCloseTo(share, within(sixSigma));
    }

    @Property
    void aShareKeepsItsDevicesWhenItGrows(
            @ForAll @DoubleRange(max = 1) double one,
            @ForAll @DoubleRange(max = 1) double other,
            @ForAll @IntRange(max = 1_000_000) int device) {
        Rollout small = rollout(release("a", 1, 1), release("b", 2, Math.min(one, other)));
        Rollout large = rollout(release("a", 1, 1), release("b", 2, Math.max(one, other)));
        String id = "d-" + device;
        if (small.versionOf(id).equals(Optional.of("b"))) {
            assertThat(large.versionOf(id)).contains("b");
        }
    }
}
