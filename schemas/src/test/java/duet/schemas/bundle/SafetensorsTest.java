package duet.schemas.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
    private static final Map<String, Tensor> TENSORS = tensors();

    private static Map<String, Tensor> tensors() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("norm.gamma", Tensor.of(new float[] {1, -0.0f, Float.MIN_VALUE}, 3));
        tensors.put("dynamic.1", Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2));
        tensors.put("empty", Tensor.of(new float[0], 0, 7));
        tensors.put("scalar", Tensor.of(new float[] {Float.MAX_VALUE}));
        tensors.put("\"gerät\"\n", Tensor.of(new float[] {9}, 1, 1, 1));
        return tensors;
    }

    private static Map<String, Tensor> decode(byte[] bytes) {
        return Safetensors.decode(bytes, "a.safetensors");
    }

    /** A file with that header and as many bytes of data. */
    private static byte[] file(String header, int data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + json.length + data)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
    }

    @Nested
    class ReadsBack {
        @Test
        void everyTensor() {
            assertThat(decode(Safetensors.encode(TENSORS))).isEqualTo(TENSORS);
        }

        @Test
        void narrowerTypesBesideFloat32() {
            Map<String, StoredTensor> tensors = new LinkedHashMap<>(TENSORS);
            tensors.put(
                    "int8", new PackedTensor(TensorType.I8, new int[] {3}, new byte[] {1, -1, 7}));
            tensors.put("half", new PackedTensor(TensorType.F16, new int[] {1, 2}, new byte[4]));
            tensors.put("none", new PackedTensor(TensorType.I8, new int[] {0, 4}, new byte[0]));
            byte[] bytes = Safetensors.encode(tensors);
            assertThat(Safetensors.decodeStored(bytes, "a.safetensors")).isEqualTo(tensors);
            assertThatThrownBy(() -> decode(bytes))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageMatching(
                            "a.safetensors holds (int8|half|none) as (I8|F16), only F32 is read");
        }

        @Test
        void fromAFile(@TempDir Path directory) throws IOException {
            Path file = Files.write(directory.resolve("x"), Safetensors.encode(TENSORS));
            assertThat(Safetensors.read(file)).isEqualTo(TENSORS);
        }

        @Test
        void aFileOfTheReferenceLayout() {
            byte[] bytes =
                    file(
                            "{\"__metadata__\":{\"format\":\"pt\"},"
                                + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]},\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}"
                                + "  ",
                            12);
            ByteBuffer.wrap(bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putFloat(bytes.length - 12, 1.5f)
                    .putFloat(bytes.length - 8, 2.5f)
                    .putFloat(bytes.length - 4, 3.5f);
            assertThat(decode(bytes))
                    .isEqualTo(
                            Map.of(
                                    "a", Tensor.of(new float[] {1.5f}),
                                    "b", Tensor.of(new float[] {2.5f, 3.5f}, 2)));
        }
    }

    @Nested
    class Writes {
        @Test
        void theSameBytesInWhateverOrderTensorsCome() {
            Map<String, Tensor> backwards = new LinkedHashMap<>();
            TENSORS.keySet().stream()
                    .sorted(java.util.Comparator.reverseOrder())
                    .forEach(name -> backwards.put(name, TENSORS.get(name)));
            assertThat(Safetensors.encode(backwards)).isEqualTo(Safetensors.encode(TENSORS));
        }

        @Test
        void dataAtAMultipleOfEight() {
            for (int length = 1; length < 20; length++) {
                byte[] bytes =
                        Safetensors.encode(
                                Map.of("n".repeat(length), Tensor.of(new float[] {1}, 1)));
                long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
                assertThat(header % 8).isZero();
                assertThat((long) bytes.length).isEqualTo(8 + header + 4);
            }
        }
    }

    @Nested
    class Refuses {
        private void assertRefused(byte[] bytes, String message) {
            assertThatThrownBy(() -> decode(bytes))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("a.safetensors")
                    .hasMessageContaining(message);
        }

        @Test
        void filesThatAreNone() {
            assertRefused(new byte[0], "is not a safetensors file");
            assertRefused(new byte[7], "is not a safetensors file");
            for (long length : new long[] {9, 1 << 30, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
                byte[] bytes =
                        ByteBuffer.allocate(16)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .putLong(length)
                                .array();
                assertRefused(bytes, "is not a safetensors file");
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{",
                    "{\"a\"}",
                    "\u0000\u0001",
                    "{\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},\"a\":1}"
                })
        void headersThatAreNotJson(String header) {
            assertRefused(file(header, 8), "has a header that is not JSON");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "[]", "null", "1", "\"a\""})
        void headersThatAreNotAnObject(String header) {
            assertRefused(file(header, 8), "has a header without tensors");
        }

        @Test
        void otherTypes() {
            assertRefused(
                    file("{\"a\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4),
                    "holds a as F16, only F32 is read");
            assertRefused(file("{\"a\":7}", 4), "holds a as nothing, only F32 is read");
        }

        @ParameterizedTest
        @ValueSource(strings = {"BF16", "F64", "I16", "U8", "i8", "I8 ", ""})
        void typesThatNoTensorHas(String type) {
            byte[] bytes =
                    file(
                            "{\"a\":{\"dtype\":\""
                                    + type
                                    + "\",\"shape\":[4],\"data_offsets\":[0,4]}}",
                            4);
            assertThatThrownBy(() -> Safetensors.decodeStored(bytes, "a.safetensors"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("a.safetensors holds a as " + type + ", only F32, F16, I8 is read");
        }

        @ParameterizedTest
        @CsvSource({"I8,3", "I8,5", "I8,16", "F16,4", "F16,1", "F32,4"})
        void narrowerTypesOfAnotherNumberOfBytes(String type, int extent) {
            byte[] bytes =
                    file(
                            "{\"a\":{\"dtype\":\""
                                    + type
                                    + "\",\"shape\":["
                                    + extent
                                    + "],\"data_offsets\":[0,4]}}",
                            4);
            assertThatThrownBy(() -> Safetensors.decodeStored(bytes, "a.safetensors"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("a.safetensors holds a of [" + extent + "] at [0,4] of 4 bytes");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "[-1]",
                    "[1.0]",
                    "[\"1\"]",
                    "[null]",
                    "[4294967297]",
                    "[1e3]",
                    "[65536,65536]",
                    "[0,2147483648]",
                    "[2147483647,2147483647,2147483647]",
                    "{\"x\":1}",
                    "1",
                    "null"
                })
        void shapes(String shape) {
            assertRefused(
                    file(
                            "{\"a\":{\"dtype\":\"F32\",\"shape\":"
                                    + shape
                                    + ",\"data_offsets\":[0,4]}}",
                            4),
                    "holds a with the shape " + shape.replace("1e3", "1000.0"));
        }

        @Test
        void tensorsWithoutAShape() {
            assertRefused(
                    file("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4),
                    "holds a with the shape");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "[0,8]",
                    "[0,3]",
                    "[4,8]",
                    "[4,0]",
                    "[-4,0]",
                    "[0,4.0]",
                    "[0]",
                    "[]",
                    "{}",
                    "null",
                    "[9223372036854775807,-9223372036854775805]",
                    "[0,18446744073709551620]"
                })
        void offsets(String offsets) {
            assertRefused(
                    file(
                            "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":"
                                    + offsets
                                    + "}}",
                            4),
                    "holds a of [1] at " + offsets);
        }

        /** 4.9 MB of such a header and its data stand for 42 GB of tensors. */
        @Test
        void tensorsThatOverlap() {
            StringBuilder header = new StringBuilder("{");
            for (int i = 0; i < 10_000; i++) {
                header.append(i == 0 ? "" : ",")
                        .append("\"t")
                        .append(i)
                        .append(
                                "\":{\"dtype\":\"F32\",\"shape\":[1048576],\"data_offsets\":[0,4194304]}");
            }
            assertRefused(
                    file(header.append('}').toString(), 4 << 20),
                    "from byte 0 of its data on, the tensors before it end at 4,194,304");
        }

        @Test
        void dataThatBelongsToNoTensor() {
            String first = "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[%s]}";
            assertRefused(
                    file("{" + first.replace("%s", "4,8") + "}", 8),
                    "holds a from byte 4 of its data on, the tensors before it end at 0");
            assertRefused(
                    file("{" + first.replace("%s", "0,4") + "}", 8),
                    "has 8 bytes of data, its tensors take 4");
        }

        @Test
        void cutFiles() {
            byte[] whole = Safetensors.encode(TENSORS);
            for (int length = 0; length < whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                assertThatThrownBy(() -> decode(cut)).isInstanceOf(InvalidInputException.class);
            }
        }

        @Test
        void inOneWayWhateverTheBytes() {
            Random random = new Random(7);
            Map<String, StoredTensor> tensors = new LinkedHashMap<>(TENSORS);
            tensors.putAll(
                    QuantizedTable.of(Tensor.of(new float[] {1, 2, 3, 4}, 2, 2)).stored("t"));
            byte[] whole = Safetensors.encode(tensors);
            for (int i = 0; i < 20_000; i++) {
                byte[] bytes = whole.clone();
                for (int flips = random.nextInt(4); flips >= 0; flips--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
                try {
                    QuantizedTable.of(Safetensors.decodeStored(bytes, "a.safetensors"), "t", 2, 2);
                } catch (InvalidInputException e) {
                    assertThat(e.getMessage()).containsAnyOf("a.safetensors", "the bundle");
                }
            }
        }

        @Test
        void aFileThatIsNotThere(@TempDir Path directory) {
            assertThatThrownBy(() -> Safetensors.read(directory.resolve("x.safetensors")))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageEndingWith("x.safetensors cannot be read");
        }
    }

    @Nested
    class OfTensors {
        @Test
        void aShapeMustFitTheValues() {
            assertThatThrownBy(() -> Tensor.of(new float[5], 2, 3))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("shape [2, 3] needs 6 values, there are 5");
            assertThatThrownBy(() -> Tensor.of(new float[6], -2, -3))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("shape [-2, -3]");
        }

        @Test
        void equalityIsByShapeAndValues() {
            Tensor tensor = Tensor.of(new float[] {1, 2}, 2);
            assertThat(tensor)
                    .isEqualTo(Tensor.of(new float[] {1, 2}, 2))
                    .hasSameHashCodeAs(Tensor.of(new float[] {1, 2}, 2))
                    .isNotEqualTo(Tensor.of(new float[] {1, 2}, 2, 1))
                    .isNotEqualTo(Tensor.of(new float[] {1, 3}, 2))
                    .hasToString("Tensor[2]");
        }
    }
}
