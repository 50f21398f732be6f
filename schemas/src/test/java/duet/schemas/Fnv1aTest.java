package duet.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Fnv1aTest {
    /** Vectors of the hash's authors. */
    @ParameterizedTest
    @CsvSource({"'', cbf29ce484222325", "a, af63dc4c8601ec8c", "foobar, 85944171f73967e8"})
    void givesThePublishedValues(String text, String hash) {
        long expected = Long.parseUnsignedLong(hash, 16);
        assertThat(new Fnv1a().addOctets(text).value()).isEqualTo(expected);
        assertThat(new Fnv1a().addCharacters(text).value()).isEqualTo(expected);
    }
}
