package duet.simulator.measurement;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RefusalsTest {
    private final Refusals refusals = new Refusals();

    private void unknown(String device, int items) {
        refusals.add(
                device,
                "window of device="
                        + device
                        + " leaves no item that model version m-1 knows among its newest "
                        + items);
    }

    @Test
    void nothingIsSaidOfNothing() {
        assertThat(refusals.inWords()).isEmpty();
    }

    @Test
    void reasonsThatDifferInDeviceAndNumbersAreOne() {
        unknown("user-7", 5);
        unknown("user-Ann B", 1_200);

        assertThat(refusals.inWords())
                .isEqualTo(
                        "window of device=user-7 leaves no item that model version m-1 knows among"
                                + " its newest 5");
    }

    @Test
    void severalAreCounted() {
        unknown("a", 5);
        unknown("b", 6);
        refusals.add("c", "window of device=c has no interactions");

        assertThat(refusals.inWords())
                .startsWith("2: window of device=a leaves no item")
                .endsWith("; 1: window of device=c has no interactions");
    }

    @Test
    void kindsAreBounded() {
        for (char reason = 'a'; reason <= 'z'; reason++) {
            refusals.add("device", "because of " + reason);
        }
        refusals.add("device", "because of a");

        assertThat(refusals.inWords())
                .isEqualTo(
                        "2: because of a; 1: because of b; 1: because of c; 1: because of d; 1:"
                                + " because of e; 21: other reasons");
    }
}
