package duet.schemas.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The addresses at which bundles may be")
class AllowedAddressesTest {
    private static final AllowedAddresses LISTED =
            AllowedAddresses.beginningWith(
                    List.of(
                            "https://models.example.org/duet/",
                            "http://localhost:8080",
                            "s3://bucket/models",
                            "abfs://models@account/",
                            "file:///models/duet/"));

    @ParameterizedTest
    @DisplayName("are those of https where nothing is said")
    @ValueSource(strings = {"https://a/", "HTTPS://a:8443/b/c/"})
    void webByDefault(String address) {
        assertThat(AllowedAddresses.beginningWith(List.of()).allow(URI.create(address))).isTrue();
    }

    @ParameterizedTest
    @DisplayName("are no others where nothing is said")
    @ValueSource(
            strings = {
                "http://a/",
                "file:///a/",
                "file:/a/",
                "FILE:///a/",
                "s3://a/b/",
                "hdfs://a/",
                "https:a/",
                "/a/",
                "jar:file:/a.jar!/",
                "https://a/b/../c/"
            })
    void nothingElseByDefault(String address) {
        assertThat(AllowedAddresses.beginningWith(List.of()).allow(URI.create(address))).isFalse();
    }

    @ParameterizedTest
    @DisplayName("are those that begin as one of the list does, in whole segments")
    @ValueSource(
            strings = {
                "https://models.example.org/duet/",
                "https://models.example.org/duet",
                "https://models.example.org/duet/a/b/",
                "https://MODELS.example.org:443/duet/a/",
                "HTTPS://models.example.org/%64uet/a/",
                "http://localhost:8080/a/",
                "s3://bucket/models/a/",
                "abfs://models@account/a/",
                "file:/models/duet/a%20b/",
                "file:///models/duet/"
            })
    void listed(String address) {
        assertThat(LISTED.allow(URI.create(address))).isTrue();
    }

    @ParameterizedTest
    @DisplayName("are none that only look like it")
    @ValueSource(
            strings = {
                "https://models.example.org/duetx/",
                "https://models.example.org/",
                "https://models.example.org/DUET/",
                "https://models.example.org//duet/",
                "http://models.example.org/duet/",
                "https://models.example.org:8443/duet/",
                "https://models.example.org.evil.org/duet/",
                "https://models.example.org@evil.org/duet/",
                "https://user@models.example.org/duet/",
                "https://evil.org/https://models.example.org/duet/",
                "https://models.example.org/duet/../private/",
                "https://models.example.org/duet/%2e%2e/private/",
                "https://models.example.org/duet/.%2E/private/",
                "https://models.example.org/duet/..%2fprivate/",
                "https://models.example.org/duet/..%5Cprivate/",
                "https://models.example.org/duet/a%00/",
                "http://localhost/a/",
                "http://127.0.0.1:8080/a/",
                "https://other.org/duet/",
                "s3://bucket2/models/",
                "s3://bucket/models2/",
                "abfs://other@account/",
                "file:///models/duet2/",
                "file:///etc/",
                "file://elsewhere/models/duet/",
                "file:///models/duet/../../etc/"
            })
    void notListed(String address) {
        assertThat(LISTED.allow(URI.create(address))).isFalse();
    }

    @ParameterizedTest
    @DisplayName("are given as prefixes that leave no doubt, others are refused in one line")
    @ValueSource(
            strings = {
                "",
                "models.example.org",
                "/models",
                "https:",
                "https:models",
                "https:///duet/",
                "https://user:secret@host/",
                "https://host/?a",
                "https://host/#a",
                "https://host/a/../b",
                "https://host/a b",
                "*"
            })
    void badPrefix(String prefix) {
        List<String> prefixes = List.of("https://a/", prefix);
        assertThatThrownBy(() -> AllowedAddresses.beginningWith(prefixes))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("the address prefix '" + prefix + "'")
                .message()
                .hasLineCount(1);
    }

    @Test
    @DisplayName("are all where an operator names what he reads himself")
    void everywhere() {
        assertThat(AllowedAddresses.everywhere().allow(URI.create("http://localhost/a/"))).isTrue();
    }
}
