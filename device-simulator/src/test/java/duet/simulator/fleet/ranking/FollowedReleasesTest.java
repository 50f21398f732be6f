package duet.simulator.fleet.ranking;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import duet.schemas.release.ReleaseKeys;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Devices that ask for signatures of releases")
class FollowedReleasesTest {
    private static final long NOW = 1_700_000_000_000_000L;
    private static final String OLDER = "it is older than what was released since";
    private static final String FUTURE =
            "its time or counter is more than 10 minutes in the future";

    @TempDir private Path directory;
    private ReleaseSigning key;
    private FollowedReleases releases;

    @BeforeEach
    void makeKey() throws Exception {
        key = ReleaseSigning.make(directory);
        releases = new FollowedReleases(ReleaseKeys.of(key.verifier()));
    }

    private static ModelRelease release(String version, long at, double share) {
        return ModelRelease.newBuilder()
                .setVersion(version)
                .setBundleUri("https://models.example.org/" + version)
                .setManifestSha256("ab".repeat(32))
                .setReleasedAtMicros(at)
                .setShare(share)
                .build();
    }

    private void assertRun(String base) {
        assertThat(releases.rollout().base()).map(ModelRelease::getVersion).contains(base);
    }

    @Test
    @DisplayName("go on with what is signed where a newer release is not, and say why")
    void unsigned() {
        assertThat(releases.take(key.signed(release("v1", 1, 1), 10), NOW)).isTrue();
        assertThat(releases.take(release("v2", 2, 1), NOW)).isFalse();
        assertRun("v1");
        assertThat(releases.refusals()).isEqualTo(Map.of("v2", "it is not signed"));

        assertThat(releases.take(key.signed(release("v2", 2, 1), 11), NOW)).isTrue();
        assertRun("v2");
        assertThat(releases.refusals()).isEmpty();
    }

    @Test
    @DisplayName("say nothing of a record that would change nothing")
    void older() {
        assertThat(releases.take(key.signed(release("v2", 2, 1), 10), NOW)).isTrue();
        assertThat(releases.take(release("v1", 1, 1), NOW)).isFalse();
        assertThat(releases.take(release("v3", 3, 0), NOW)).isFalse();
        assertThat(releases.refusals()).isEmpty();
    }

    @Test
    @DisplayName("take no record again that was changed since")
    void pinned() {
        ModelRelease live = key.signed(release("v2", 2, 1), 11);
        releases.take(key.signed(release("v1", 1, 1), 10), NOW);
        releases.take(live, NOW);
        releases.take(
                key.signed(
                        live,
                        copy -> {
                            copy.setState(ReleaseState.WITHDRAWN);
                            copy.setCounter(12);
                        }),
                NOW);
        assertThat(releases.take(live, NOW)).isFalse();
        assertRun("v1");
        assertThat(releases.refusals()).isEqualTo(Map.of("v2", OLDER));
    }

    /** The topic keeps the newest record of each version, in the order in which they were made. */
    @Test
    @DisplayName("take no record at the start that was sent again behind newer ones")
    void pinnedAtTheStart() {
        assertThat(releases.take(key.signed(release("v3", 3, 1), 30), NOW)).isTrue();
        assertThat(releases.take(key.signed(release("v4", 4, 1), 20), NOW)).isFalse();
        assertRun("v3");
    }

    @Test
    @DisplayName("take nothing of the future, with or without keys")
    void future() {
        for (ReleaseKeys keys :
                new ReleaseKeys[] {ReleaseKeys.of(key.verifier()), ReleaseKeys.none()}) {
            releases = new FollowedReleases(keys);
            releases.take(key.signed(release("v1", 1, 1), 10), NOW);
            releases.take(key.signed(release("v2", Long.MAX_VALUE, 1), 11), NOW);
            assertThat(releases.refusals()).isEqualTo(Map.of("v2", FUTURE));
            releases.take(key.signed(release("v3", 3, 1), Long.MAX_VALUE), NOW);
            assertRun("v1");
            assertThat(releases.take(key.signed(release("v4", 4, 1), 12), NOW)).isTrue();
            assertRun("v4");
        }
    }

    @Test
    @DisplayName("remember no more records that do not count than they must")
    void bounded() {
        releases.take(key.signed(release("v1", 1, 1), 10), NOW);
        for (int i = 0; i < 1_000; i++) {
            releases.take(release("flood-" + i, 2 + i, 1), NOW);
        }
        assertRun("v1");
        assertThat(releases.refusals()).containsOnlyKeys("flood-999");
    }
}
