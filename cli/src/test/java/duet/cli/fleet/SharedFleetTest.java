package duet.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import duet.simulator.fleet.FleetPart;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

@DisplayName("A fleet that several processes share")
class SharedFleetTest {

    @Command
    private static final class Probe {
        @Mixin private SharedFleet shared;
    }

    private static SharedFleet options(String... arguments) {
        Probe probe = new Probe();
        new CommandLine(probe).parseArgs(arguments);
        return probe.shared;
    }

    @Test
    @DisplayName("is one process's by default, and called after the time")
    void alone() {
        SharedFleet alone = options();
        alone.check();
        assertThat(alone.part()).isEqualTo(FleetPart.WHOLE);
        assertThat(alone.idPrefix()).startsWith("device-").endsWith("-");
    }

    @Test
    @DisplayName("calls its devices alike in every part")
    void part() {
        SharedFleet second = options("--part", "2/3", "--fleet-id", "night-7");
        second.check();
        assertThat(second.part()).isEqualTo(new FleetPart(2, 3));
        assertThat(second.idPrefix()).isEqualTo("night-7-");
    }

    @Test
    @DisplayName("must have a name")
    void nameless() {
        assertThatThrownBy(() -> options("--part", "2/3").check())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("--part 2/3 needs --fleet-id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "ä", "x/y"})
    @DisplayName("must have a name that fits into an id")
    void badName(String name) {
        assertThatThrownBy(() -> options("--fleet-id", name).check())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("--fleet-id is '" + name + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"4/3", "2", "a/b"})
    @DisplayName("has the parts that there are")
    void badPart(String part) {
        assertThatThrownBy(() -> options("--fleet-id", "f", "--part", part))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("part")
                .hasMessageNotContaining("Exception");
    }
}
