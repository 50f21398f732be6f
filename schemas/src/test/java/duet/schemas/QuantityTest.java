package duet.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A count")
class QuantityTest {

    @ParameterizedTest(name = "of {0} is {1}")
    @CsvSource({"0,0 users", "1,1 user", "2,2 users", "1234567,'1,234,567 users'"})
    void ofSomethingWithASimplePlural(long number, String text) {
        assertThat(Quantity.of(number, "user")).isEqualTo(text);
    }

    @ParameterizedTest(name = "of {0} is {1}")
    @CsvSource({"0,0 columns have", "1,1 column has", "2,2 columns have"})
    void ofWordsThatChange(long number, String text) {
        assertThat(Quantity.of(number, "column has", "columns have")).isEqualTo(text);
    }
}
