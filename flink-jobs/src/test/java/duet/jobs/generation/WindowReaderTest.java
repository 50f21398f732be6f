package duet.jobs.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.record.Interaction;
import duet.schemas.record.InteractionWindow;
import duet.schemas.serde.Interactions;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.Records;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A reader of windows")
class WindowReaderTest {
    private static final Interaction ITEM = Interactions.ofItem(7, 1);
    private static final Interaction FEATURES = Interactions.ofFeatures(new float[] {1, 2}, 1);

    private static byte[] window(String device, Interaction interaction) {
        return Records.windowEncoder()
                .encode(new InteractionWindow(device, "v1", 5L, List.of(interaction), 1L));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Windows of the usual form, which are read the short way, and others. */
    static Stream<Arguments> windows() {
        return Stream.of(
                Arguments.of("d-42", ITEM),
                Arguments.of("d-42", FEATURES),
                Arguments.of("Gerät", ITEM),
                Arguments.of("x".repeat(256), ITEM));
    }

    static Stream<Arguments> windowsUnderOtherKeys() {
        return Stream.of(ITEM, FEATURES)
                .flatMap(
                        content ->
                                Stream.of(
                                        Arguments.of(content, null, "no key"),
                                        Arguments.of(content, bytes(""), "the key ''"),
                                        Arguments.of(content, bytes("d-43"), "the key 'd-43'"),
                                        Arguments.of(content, bytes("d-4"), "the key 'd-4'"),
                                        Arguments.of(content, bytes("d-421"), "the key 'd-421'"),
                                        Arguments.of(content, bytes("D-42"), "the key 'D-42'"),
                                        Arguments.of(content, bytes("d-42 "), "the key 'd-42 '"),
                                        Arguments.of(
                                                content,
                                                bytes("d\n42\u001b[2J\u2028"),
                                                "the key 'd?42?[2J?'"),
                                        Arguments.of(
                                                content,
                                                new byte[] {'d', '-', '4', '2', (byte) 0xFF},
                                                "the key 'd-42\uFFFD'"),
                                        Arguments.of(
                                                content,
                                                bytes("k".repeat(2_000)),
                                                "the key '"
                                                        + "k".repeat(64)
                                                        + "...' of 2,000 bytes")));
    }

    @ParameterizedTest
    @MethodSource("windows")
    @DisplayName("takes a window under its device id")
    void deviceId(String device, Interaction content) throws MalformedRecordException {
        DeviceWindow window =
                new WindowReader(WindowKey.DEVICE_ID)
                        .read(window(device, content), 5, 3, 9, bytes(device));

        assertThat(window.deviceId()).isEqualTo(device);
        assertThat(window.origin().keyIsDevice()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("windowsUnderOtherKeys")
    @DisplayName("refuses one under another key or none, and names both")
    void otherKey(Interaction content, byte[] key, String shown) {
        WindowReader reader = new WindowReader(WindowKey.DEVICE_ID);

        assertThatThrownBy(() -> reader.read(window("d-42", content), 5, 3, 9, key))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessage(
                        "window of device=d-42 has " + shown + ", its key must be the device id");
    }

    @ParameterizedTest
    @MethodSource("windowsUnderOtherKeys")
    @DisplayName("takes one under any key where that is asked for, and keeps the key")
    void anyKey(Interaction content, byte[] key, String shown) throws MalformedRecordException {
        DeviceWindow window =
                new WindowReader(WindowKey.ANY).read(window("d-42", content), 5, 3, 9, key);

        assertThat(window.deviceId()).isEqualTo("d-42");
        assertThat(window.origin().keyIsDevice()).isFalse();
        assertThat(window.receivedKey()).isEqualTo(DeadLetters.keptKey(key));
    }
}
