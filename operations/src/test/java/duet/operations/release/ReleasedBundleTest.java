package duet.operations.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ModelBundle;
import duet.testkit.SyntheticModel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A bundle to be released")
class ReleasedBundleTest {
    @TempDir Path directory;
    private ModelBundle bundle;

    @BeforeEach
    void write() {
        bundle = SyntheticModel.write(directory.resolve("a bundle"));
    }

    @Test
    @DisplayName("is read from a directory or its address")
    void directory() {
        ReleasedBundle byPath = ReleasedBundle.at(bundle.directory().toString());
        assertThat(byPath.version()).isEqualTo(bundle.modelVersion());
        assertThat(byPath.manifestSha256()).isEqualTo(bundle.manifestSha256());
        assertThat(byPath.uri()).startsWith("file:///").contains("a%20bundle");
        assertThat(ReleasedBundle.at(byPath.uri())).isEqualTo(byPath);
    }

    @Test
    @DisplayName("is refused where its address names a version that controls a terminal")
    void hostileVersion() throws IOException {
        HttpServer server =
                serve(
                        "/one/manifest.json",
                        "{\"modelVersion\":\"v1\\u001b[2J\\n\"}".getBytes(StandardCharsets.UTF_8));
        try {
            String base = "http://127.0.0.1:" + server.getAddress().getPort();
            assertThatThrownBy(() -> ReleasedBundle.at(base + "/one"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            base
                                    + "/one/manifest.json names the modelVersion 'v1?[2J?', it must"
                                    + " be 1 to 128 letters, digits, '.', '_' or '-'");
        } finally {
            server.stop(0);
        }
    }

    @Test
    @DisplayName("is known by its manifest behind an http address")
    void http() throws IOException {
        HttpServer server =
                serve(
                        "/models/one/manifest.json",
                        Files.readAllBytes(bundle.file(ModelBundle.MANIFEST)));
        try {
            String base = "http://127.0.0.1:" + server.getAddress().getPort() + "/models/";
            ReleasedBundle byAddress = ReleasedBundle.at(base + "one");
            assertThat(byAddress.version()).isEqualTo(bundle.modelVersion());
            assertThat(byAddress.manifestSha256()).isEqualTo(bundle.manifestSha256());
            assertThat(byAddress.uri()).isEqualTo(base + "one/");
            assertThatThrownBy(() -> ReleasedBundle.at(base + "none"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            "cannot fetch manifest.json from "
                                    + base
                                    + "none/: the server answers 404");
        } finally {
            server.stop(0);
        }
        assertThatThrownBy(
                        () ->
                                ReleasedBundle.at(
                                        "http://127.0.0.1:" + server.getAddress().getPort() + "/"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("cannot fetch manifest.json from http://127.0.0.1")
                .hasMessageEndingWith("no connection to the server");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nowhere", "file:///nowhere", "s3://bucket/x", "file:relative"})
    @DisplayName("must be at a place that can be read")
    void nowhere(String place) {
        assertThatThrownBy(() -> ReleasedBundle.at(place))
                .isInstanceOf(InvalidInputException.class)
                .message()
                .contains(place.replace("file:///", "/"))
                .hasLineCount(1);
    }

    @Test
    @DisplayName("must be whole")
    void altered() throws IOException {
        Files.write(bundle.file(ModelBundle.GENERATOR_ONNX), new byte[] {1});
        assertThatThrownBy(() -> ReleasedBundle.at(bundle.directory().toString()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("generator.onnx is altered");
    }

    /** Starts a web server that has this one file. */
    private static HttpServer serve(String path, byte[] content) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                path,
                exchange -> {
                    exchange.sendResponseHeaders(200, content.length);
                    exchange.getResponseBody().write(content);
                    exchange.close();
                });
        server.start();
        return server;
    }
}
