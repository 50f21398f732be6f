package duet.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Keys that a reader does not know")
class UnknownKeysTest {
    private static Optional<String> first(String document, String understood) throws IOException {
        ObjectMapper json = new ObjectMapper();
        return UnknownKeys.first(json.readTree(document), json.readTree(understood));
    }

    @Test
    @DisplayName("are named by their path")
    void named() throws IOException {
        assertThat(first("{\"a\":1,\"b\":2}", "{\"a\":1}")).hasValue("b");
        assertThat(first("{\"a\":{\"b\":1}}", "{\"a\":{}}")).hasValue("a.b");
        assertThat(first("{\"a\":[{},{\"b\":1}]}", "{\"a\":[{},{}]}")).hasValue("a[1].b");
        assertThat(first("[[{\"b\":1}]]", "[[{}]]")).hasValue("[0][0].b");
    }

    @Test
    @DisplayName("are none where all was understood, also what was left out for having no value")
    void none() throws IOException {
        assertThat(first("{\"a\":1,\"b\":null}", "{\"a\":1.0,\"c\":2}")).isEmpty();
        assertThat(first("[]", "[1]")).isEmpty();
        assertThat(first("7", "7")).isEmpty();
    }
}
