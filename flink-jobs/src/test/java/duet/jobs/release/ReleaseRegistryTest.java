package duet.jobs.release;

import static org.assertj.core.api.Assertions.assertThat;

import duet.jobs.release.ReleaseRegistry.Decision;
import duet.jobs.release.ReleaseRegistry.Load;
import duet.jobs.release.ReleaseRegistry.Report;
import duet.jobs.release.ReleaseRegistry.Retire;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseState;
import duet.schemas.record.ServingState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ReleaseRegistryTest {
    private static final long RETIRE_AFTER = 1_000;

    private final ReleaseRegistry registry = new ReleaseRegistry(Duration.ofMillis(RETIRE_AFTER));
    private long now = 50;

    private static ModelRelease release(String version, long at, double share) {
        return release(version, at, share, ReleaseState.LIVE, "00");
    }

    private static ModelRelease release(
            String version, long at, double share, ReleaseState state, String hash) {
        return new ModelRelease(
                version, "file:///x", hash, null, at, Map.of(), share, state, 0L, null);
    }

    /** What was decided, in short. */
    private static List<String> shown(List<Decision> decisions) {
        List<String> shown = new ArrayList<>();
        for (Decision decision : decisions) {
            if (decision instanceof Load load) {
                shown.add("load " + load.release().getVersion());
            } else if (decision instanceof Retire retire) {
                shown.add("retire " + retire.version());
            } else if (decision instanceof Report report) {
                shown.add(
                        String.format(
                                Locale.ROOT,
                                "%s %s%s",
                                report.state(),
                                report.release().getVersion(),
                                report.reason() == null ? "" : ": " + report.reason()));
            }
        }
        return shown;
    }

    private void serve(ModelRelease release) {
        assertThat(shown(registry.released(release, now)))
                .containsExactly("LOADING " + release.getVersion(), "load " + release.getVersion());
        assertThat(shown(registry.loaded(release, Map.of(), now)))
                .containsExactly("READY " + release.getVersion());
    }

    @Nested
    class ARelease {
        @Test
        void isLoadedOnceHoweverOftenItIsPublished() {
            serve(release("a", 1, 0));

            assertThat(registry.released(release("a", 1, 0.3), now)).isEmpty();
            assertThat(registry.released(release("a", 1, 1), now)).isEmpty();
        }

        @Test
        void isNotLoadedTwiceWhileItLoads() {
            registry.released(release("a", 1, 0), now);

            assertThat(registry.released(release("a", 1, 1), now)).isEmpty();
        }

        @Test
        void isLoadedAgainWhereItsContentIsAnother() {
            serve(release("a", 1, 1));

            assertThat(shown(registry.released(release("a", 1, 1, ReleaseState.LIVE, "11"), now)))
                    .containsExactly("LOADING a", "load a");
        }

        @Test
        void thatIsWithdrawnBeforeItWasLoadedIsNeverLoaded() {
            assertThat(registry.released(release("a", 1, 1, ReleaseState.WITHDRAWN, "00"), now))
                    .isEmpty();
            assertThat(registry.reasonNotServed("a")).contains("withdrawn or superseded");
        }

        @Test
        void thatIsRefusedIsTriedAgainWhenItIsPublishedAgainAndNotBefore() {
            ModelRelease broken = release("b", 2, 0);
            serve(release("a", 1, 1));
            registry.released(broken, now);

            assertThat(shown(registry.refused(broken, "NaN", now)))
                    .containsExactly("REFUSED b: NaN");
            assertThat(registry.reasonNotServed("b")).contains("refused: NaN");
            assertThat(registry.due(now + 1)).isEmpty();
            assertThat(registry.released(release("a", 1, 1), now)).isEmpty();
            assertThat(shown(registry.released(broken, now)))
                    .containsExactly("LOADING b", "load b");
        }

        @Test
        void thatIsRefusedInItsNewContentGoesOnInItsOld() {
            serve(release("a", 1, 1));
            ModelRelease other = release("a", 1, 1, ReleaseState.LIVE, "11");
            registry.released(other, now);

            assertThat(shown(registry.refused(other, "NaN", now)))
                    .containsExactly("REFUSED a: NaN");
            assertThat(registry.nextDue()).isEmpty();
        }

        @Test
        void beyondTheLimitIsRefused() {
            for (int i = 0; i < ReleaseRegistry.MAX_SERVED; i++) {
                serve(release("v" + i, i, 1));
            }

            assertThat(shown(registry.released(release("z", 100, 1), now)))
                    .containsExactly("REFUSED z: 8 versions are served already, the limit");
        }
    }

    @Nested
    class AnnouncedOnes {
        private static final String QUOTA =
                ": 3 announced versions are loaded already; promote one or roll one back";

        @Test
        void takeNoPlaceOfThoseThatDevicesRun() {
            serve(release("base", 1, 1));
            for (int i = 0; i < ReleaseRegistry.MAX_PENDING; i++) {
                serve(release("v" + i, 10 + i, 0));
            }
            for (int i = ReleaseRegistry.MAX_PENDING; i < ReleaseRegistry.MAX_SERVED; i++) {
                assertThat(shown(registry.released(release("v" + i, 10 + i, 0), now)))
                        .containsExactly("REFUSED v" + i + QUOTA);
            }

            serve(release("next", 2, 1));
            serve(release("staged", 3, 0.5));
            serve(release("last", 4, 1));
        }

        @Test
        void makePlaceWhereOneIsPromotedOrRolledBack() {
            for (int i = 0; i < ReleaseRegistry.MAX_PENDING; i++) {
                serve(release("v" + i, 10 + i, 0));
            }
            assertThat(registry.released(release("v2", 12, 0.1), now)).isEmpty();
            serve(release("w", 20, 0));
            assertThat(shown(registry.released(release("z", 21, 0), now)))
                    .containsExactly("REFUSED z" + QUOTA);

            registry.released(release("v1", 11, 0, ReleaseState.WITHDRAWN, "00"), now);
            assertThat(shown(registry.due(now))).containsExactly("retire v1", "RETIRED v1");
            serve(release("z", 21, 0));
        }

        @Test
        void fillNoPlacesWhenTheyAreTakenBack() {
            serve(release("base", 1, 1));
            for (int i = 0; i < 3 * ReleaseRegistry.MAX_SERVED; i++) {
                serve(release("v" + i, 10 + i, 0));
                registry.released(release("v" + i, 10 + i, 0, ReleaseState.WITHDRAWN, "00"), now);
                registry.due(now);
            }
            serve(release("next", 2, 1));
        }

        @Test
        void keepTheirPlacesOverARestore() {
            List<ModelRelease> releases = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                releases.add(release("v" + i, 10 + i, 0));
            }
            assertThat(shown(registry.restore(releases, Set.of("v0", "v1", "v2"), now)))
                    .containsExactly(
                            "LOADING v2",
                            "load v2",
                            "LOADING v1",
                            "load v1",
                            "LOADING v0",
                            "load v0",
                            "REFUSED v4" + QUOTA,
                            "REFUSED v3" + QUOTA);
        }
    }

    @Nested
    class AVersionThatNoDeviceShouldRun {
        @Test
        void isServedOnForAWhileAndThenRetired() {
            serve(release("a", 1, 1));
            serve(release("b", 2, 1));
            assertThat(registry.nextDue()).isEmpty(); // devices return to it
            serve(release("c", 3, 1));

            assertThat(registry.nextDue()).hasValue(now + RETIRE_AFTER);
            assertThat(registry.due(now + RETIRE_AFTER - 1)).isEmpty();
            assertThat(shown(registry.due(now + RETIRE_AFTER)))
                    .containsExactly("retire a", "RETIRED a");
            assertThat(registry.reasonNotServed("a")).contains("retired");
            assertThat(registry.nextDue()).isEmpty();
        }

        @Test
        void staysWhereItIsWantedAgainInTime() {
            serve(release("a", 1, 1));
            serve(release("b", 2, 1));
            serve(release("c", 3, 1));
            registry.released(release("c", 3, 1, ReleaseState.WITHDRAWN, "00"), now + 10);

            assertThat(registry.nextDue()).hasValue(now + 10 + RETIRE_AFTER);
            assertThat(shown(registry.due(now + 10 + RETIRE_AFTER)))
                    .containsExactly("retire c", "RETIRED c");
        }

        @Test
        void isLoadedAgainWhereItIsWantedLater() {
            serve(release("a", 1, 1));
            serve(release("b", 2, 1));
            serve(release("c", 3, 1));
            registry.due(now + RETIRE_AFTER);

            assertThat(
                            shown(
                                    registry.released(
                                            release("c", 3, 1, ReleaseState.WITHDRAWN, "00"),
                                            now + RETIRE_AFTER)))
                    .containsExactly("LOADING a", "load a");
        }

        @Test
        void isOneWhoseRecordWasDeleted() {
            serve(release("a", 1, 1));
            serve(release("b", 2, 0.5));

            assertThat(registry.deleted("b", now)).isEmpty();
            assertThat(registry.deleted("unheard-of", now)).isEmpty();

            assertThat(shown(registry.due(now + RETIRE_AFTER)))
                    .containsExactly("retire b", "RETIRED b");
        }
    }

    @Nested
    class TheVersionTheJobWasStartedWith {
        @Test
        void isServedForEverWhereNoReleaseNamesIt() {
            registry.shipped("s");
            serve(release("a", 1, 1));
            serve(release("b", 2, 1));
            serve(release("c", 3, 1));

            assertThat(shown(registry.due(now + RETIRE_AFTER)))
                    .containsExactly("retire a", "RETIRED a");
        }

        @Test
        void isGovernedByAReleaseThatNamesIt() {
            registry.shipped("s");
            serve(release("s", 1, 1));
            registry.released(release("s", 1, 1, ReleaseState.WITHDRAWN, "00"), now);

            assertThat(shown(registry.due(now + RETIRE_AFTER)))
                    .containsExactly("retire s", "RETIRED s");
        }
    }

    @Nested
    class AfterARestore {
        @Test
        void whatWasServedIsLoadedAndRetiresLater() {
            List<Decision> decisions =
                    registry.restore(
                            List.of(release("a", 1, 1), release("b", 2, 1), release("c", 3, 1)),
                            Set.of("a", "b", "c", "forgotten"),
                            now);

            assertThat(shown(decisions))
                    .containsExactly(
                            "LOADING c", "load c", "LOADING b", "load b", "LOADING a", "load a");
            registry.loaded(release("a", 1, 1), Map.of(), now);
            assertThat(registry.nextDue()).hasValue(now + RETIRE_AFTER);
        }

        @Test
        void whatIsWantedIsLoadedEvenIfItNeverWas() {
            assertThat(shown(registry.restore(List.of(release("a", 1, 1)), Set.of(), now)))
                    .containsExactly("LOADING a", "load a");
        }
    }

    @Test
    void oldReleasesAreForgottenAndWhatDevicesRunIsNot() {
        serve(release("base", 0, 1));
        for (int i = 1; i <= ReleaseRegistry.MAX_KNOWN + 10; i++) {
            registry.released(release("v" + i, i, 1, ReleaseState.WITHDRAWN, "00"), now);
        }

        assertThat(registry.known())
                .hasSize(ReleaseRegistry.MAX_KNOWN)
                .extracting(ModelRelease::getVersion)
                .contains("base", "v266")
                .doesNotContain("v1", "v11");
    }

    @Test
    void neitherAreThoseRememberedForEverThatNoDeviceWasEverGiven() {
        serve(release("base", 0, 1));
        for (int i = 1; i <= ReleaseRegistry.MAX_KNOWN + 10; i++) {
            registry.released(release("v" + i, i, 0), now);
            registry.refused(release("v" + i, i, 0), "broken", now);
        }

        assertThat(registry.known())
                .hasSize(ReleaseRegistry.MAX_KNOWN)
                .extracting(ModelRelease::getVersion)
                .contains("base", "v266")
                .doesNotContain("v1", "v11");
    }

    @Test
    void aVersionThatWasNeverReleasedHasNoReason() {
        assertThat(registry.reasonNotServed("x")).isEmpty();
        assertThat(registry.released(release("a", 1, 1), now)).isNotEmpty();
        assertThat(registry.reasonNotServed("a")).contains("still being loaded");
        assertThat(shown(registry.loaded(release("a", 1, 1), Map.of(), now)))
                .containsExactly(ServingState.READY + " a");
    }
}
