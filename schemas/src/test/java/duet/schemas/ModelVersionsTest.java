package duet.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A model version")
class ModelVersionsTest {
    @ParameterizedTest
    @DisplayName("is of letters, digits, dots, underscores and hyphens")
    @ValueSource(strings = {"v", "sasrec-8dccab4ce802", "Model_2.1-RC.9", "0"})
    void valid(String version) {
        assertThat(ModelVersions.isValid(version)).isTrue();
    }

    @ParameterizedTest
    @DisplayName("has no other character")
    @MethodSource("duet.schemas.HostileVersions#all")
    void hostile(String version) {
        assertThat(ModelVersions.isValid(version)).isFalse();
    }

    @ParameterizedTest
    @DisplayName("has 1 to 128 characters")
    @ValueSource(ints = {0, 1, 128, 129, 100_000})
    void length(int characters) {
        assertThat(ModelVersions.isValid("v".repeat(characters)))
                .isEqualTo(characters >= 1 && characters <= 128);
    }
}
