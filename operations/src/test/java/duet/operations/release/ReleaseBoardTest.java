package duet.operations.release;

import static duet.operations.release.ReleaseRecords.release;
import static duet.operations.release.ReleaseRecords.status;
import static duet.operations.release.ReleaseRecords.withdrawn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.operations.release.ReleaseBoard.Rollback;
import duet.schemas.InvalidInputException;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import duet.schemas.record.ReleaseStatus;
import duet.schemas.record.ServingState;
import duet.schemas.release.Rollout.Role;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("The board of releases")
class ReleaseBoardTest {
    private static final ReleaseStatus[] READY = {
        status("v1", 0, 1, ServingState.READY, 1),
        status("v2", 0, 1, ServingState.READY, 1),
        status("v3", 0, 1, ServingState.READY, 1)
    };

    private static final long NOW = 100;

    private static ReleaseBoard board(ModelRelease... releases) {
        return new ReleaseBoard(List.of(releases), List.of(READY), 0, NOW);
    }

    @Test
    @DisplayName("shows all versions, the newest first, with what they are there for")
    void rows() {
        ReleaseBoard board =
                board(
                        release("v1", 10, 1),
                        release("v2", 20, 1),
                        withdrawn(release("v3", 30, 1)),
                        release("v4", 40, 0.5));
        assertThat(board.rows())
                .extracting(row -> row.release().getVersion() + row.role().orElse(null))
                .containsExactly(
                        "v4" + Role.STAGED, "v3null", "v2" + Role.BASE, "v1" + Role.FALLBACK);
        assertThat(board.rows().get(0).readiness().state()).isEqualTo(Readiness.State.UNKNOWN);
        assertThat(board.rows().get(2).readiness().state()).isEqualTo(Readiness.State.READY);
    }

    @Test
    @DisplayName("takes no status of another bundle under the same version")
    void otherBundle() {
        ModelRelease other = release("v1", 10, 1);
        other.setManifestSha256("cd".repeat(32));
        assertThat(board(other).readiness(other).state()).isEqualTo(Readiness.State.UNKNOWN);
    }

    @Nested
    @DisplayName("announces")
    class Announces {
        @Test
        @DisplayName("for no device, and newer than all others even where a clock is behind")
        void announced() {
            ModelRelease announced = board(release("v1", 500, 1)).announce(release("v2", 0, 0.7));
            assertThat(announced.getShare()).isZero();
            assertThat(announced.getReleasedAtMicros()).isEqualTo(501);
            assertThat(announced.getState()).isEqualTo(ReleaseState.LIVE);
            assertThat(board().announce(release("v1", 0, 1)).getReleasedAtMicros()).isEqualTo(100);
        }

        @Test
        @DisplayName("a version again that was rolled back, or never reached a device")
        void again() {
            Stream.of(withdrawn(release("v1", 10, 1)), release("v1", 10, 0))
                    .forEach(
                            before ->
                                    assertThat(board(before).announce(release("v1", 0, 1)))
                                            .satisfies(
                                                    again -> {
                                                        assertThat(again.getState())
                                                                .isEqualTo(ReleaseState.LIVE);
                                                        assertThat(again.getReleasedAtMicros())
                                                                .isEqualTo(100);
                                                    }));
        }

        @Test
        @DisplayName("not again what devices run, which is signed where it stands")
        void running() {
            ReleaseBoard board = board(release("v1", 10, 0.3), release("v2", 20, 0));
            ModelRelease bundle = release("v1", 0, 0);
            bundle.setBundleUri("https://models.example.org/v1");
            ModelRelease running = board.running(bundle);
            assertThat(running.getShare()).isEqualTo(0.3);
            assertThat(running.getReleasedAtMicros()).isEqualTo(10);
            assertThat(running.getBundleUri()).isEqualTo(bundle.getBundleUri());
            assertThat(running.getCounter()).isEqualTo(NOW);

            assertRunsNowhere(board, release("v2", 0, 0));
            assertRunsNowhere(board, release("v3", 0, 0));
            bundle.setManifestSha256("cd".repeat(32));
            assertRunsNowhere(board, bundle);
        }

        private static void assertRunsNowhere(ReleaseBoard board, ModelRelease bundle) {
            assertThatThrownBy(() -> board.running(bundle))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("no device runs this bundle");
        }

        @Test
        @DisplayName("no version that devices run")
        void present() {
            assertThatThrownBy(() -> board(release("v1", 10, 0.3)).announce(release("v1", 0, 1)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("version v1 is already released to a share of 0.3");
        }
    }

    @Nested
    @DisplayName("gives a share")
    class Shares {
        @Test
        @DisplayName("of what the job serves, and changes nothing else")
        void shared() {
            ModelRelease announced = release("v2", 20, 0);
            ModelRelease shared = board(release("v1", 10, 1), announced).share("v2", 0.3);
            assertThat(shared.getShare()).isEqualTo(0.3);
            shared.setShare(0);
            shared.setCounter(0);
            assertThat(shared).isEqualTo(announced);
            assertThat(announced.getShare()).isZero();
        }

        @Test
        @DisplayName("not of a version that there is none of, was rolled back or is too old")
        void cannotReach() {
            assertThatThrownBy(() -> board().share("v9", 1))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("there is no version v9: nothing has been released");
            assertThatThrownBy(() -> board(release("v1", 1, 1)).share("v9", 1))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("there is no version v9; released are v1");
            assertThatThrownBy(() -> board(withdrawn(release("v1", 1, 1))).share("v1", 1))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("publish it again");
            assertThatThrownBy(
                            () -> board(release("v1", 1, 0.5), release("v2", 2, 1)).share("v1", 1))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("version v1 is older than v2");
        }

        @Test
        @DisplayName("not of what the job does not serve")
        void notReady() {
            assertThatThrownBy(() -> board(release("v9", 1, 0)).share("v9", 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("version v9 is not served by the job: not seen by a job");
        }
    }

    @Nested
    @DisplayName("rolls back")
    class RollsBack {
        @Test
        @DisplayName("the newest, and says what its devices return to")
        void newest() {
            Rollback rollback =
                    board(release("v1", 10, 1), release("v2", 20, 0.3)).rollback(Optional.empty());
            assertThat(rollback.withdrawn().getVersion()).isEqualTo("v2");
            assertThat(rollback.withdrawn().getState()).isEqualTo(ReleaseState.WITHDRAWN);
            assertThat(rollback.returnTo()).contains("v1");
        }

        @Test
        @DisplayName("one that is named, to the model devices came with where there is no other")
        void named() {
            Rollback rollback =
                    board(withdrawn(release("v1", 10, 1)), release("v2", 20, 1))
                            .rollback(Optional.of("v2"));
            assertThat(rollback.returnTo()).isEmpty();
        }

        @Test
        @DisplayName("nothing twice")
        void twice() {
            assertThatThrownBy(() -> board().rollback(Optional.empty()))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("there is no release to roll back");
            assertThatThrownBy(
                            () ->
                                    board(withdrawn(release("v1", 10, 1)))
                                            .rollback(Optional.of("v1")))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("version v1 was rolled back before");
        }
    }

    @Nested
    @DisplayName("counts every change")
    class Counts {
        private ModelRelease counted(String version, double share, long counter) {
            ModelRelease release = release(version, 10, share);
            release.setCounter(counter);
            return release;
        }

        @Test
        @DisplayName("with the time it is made at")
        void now() {
            ReleaseBoard board = board(counted("v1", 1, 50), counted("v2", 0, 60));
            assertThat(board.announce(release("v3", 0, 0)).getCounter()).isEqualTo(NOW);
            assertThat(board.share("v2", 1).getCounter()).isEqualTo(NOW);
            assertThat(board.rollback(Optional.of("v1")).withdrawn().getCounter()).isEqualTo(NOW);
        }

        @Test
        @DisplayName("above all others where a clock is behind")
        void behind() {
            ReleaseBoard board = board(counted("v1", 1, 500), counted("v2", 0, 400));
            assertThat(board.announce(release("v3", 0, 0)).getCounter()).isEqualTo(501);
            assertThat(board.share("v2", 1).getCounter()).isEqualTo(501);
            assertThat(board.rollback(Optional.of("v1")).withdrawn().getCounter()).isEqualTo(501);
        }

        @Test
        @DisplayName("and leaves the signature of what it changed behind")
        void unsigned() {
            ModelRelease announced = counted("v2", 0, 60);
            announced.setSignature(ByteBuffer.wrap(new byte[] {1}));
            announced.setRolloutSignature(ByteBuffer.wrap(new byte[] {2}));
            ModelRelease shared = board(announced).share("v2", 1);
            assertThat(shared.getSignature()).isEqualTo(announced.getSignature());
            assertThat(shared.getRolloutSignature()).isNull();
        }
    }

    @Test
    @DisplayName("is not held up by records that are from the future")
    void poisoned() {
        ModelRelease newest = release("poison-1", Long.MAX_VALUE, 1);
        ModelRelease last = release("poison-2", 10, 0);
        last.setCounter(Long.MAX_VALUE);
        ReleaseBoard board = board(newest, last, release("v1", 10, 1), release("v2", 20, 0));

        assertThat(board.rows())
                .extracting(row -> row.release().getVersion())
                .containsExactly("v2", "v1");
        assertThat(board.rollout().base().orElseThrow().getVersion()).isEqualTo("v1");
        ModelRelease announced = board.announce(release("v3", 0, 0));
        assertThat(announced.getReleasedAtMicros()).isEqualTo(NOW);
        assertThat(announced.getCounter()).isEqualTo(NOW);
        assertThat(board.share("v2", 1).getCounter()).isEqualTo(NOW);
        assertThat(board.rollback(Optional.empty()).withdrawn().getVersion()).isEqualTo("v2");
    }
}
