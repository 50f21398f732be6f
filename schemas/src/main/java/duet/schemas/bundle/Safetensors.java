package duet.schemas.bundle;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import duet.schemas.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Reads and writes the safetensors file format: 8 bytes little-endian header length, a JSON header
 * of names, types, shapes and offsets, then the data. The same tensors always give the same bytes:
 * names are sorted. Most of what a bundle holds is float32, {@link Tensor}; a table may be
 * narrower, {@link PackedTensor}.
 */
public final class Safetensors {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);
    private static final int MAX_HEADER_BYTES = 1 << 20;

    private Safetensors() {}

    /** Encodes tensors, given by name. */
    public static byte[] encode(Map<String, ? extends StoredTensor> tensors) {
        SortedMap<String, StoredTensor> sorted = new TreeMap<>(tensors);
        ObjectNode header = JSON.createObjectNode();
        int offset = 0;
        for (Map.Entry<String, StoredTensor> entry : sorted.entrySet()) {
            StoredTensor tensor = entry.getValue();
            ObjectNode node = header.putObject(entry.getKey());
            node.put("dtype", tensor.type().name());
            ArrayNode shape = node.putArray("shape");
            for (int extent : tensor.shape()) {
                shape.add(extent);
            }
            int end = Math.addExact(offset, tensor.byteCount());
            node.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        int padded =
                (json.length + 7)
                        & ~7; // data starts at a multiple of 8; the format pads with blanks
        ByteBuffer out =
                ByteBuffer.allocate(Long.BYTES + padded + offset).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(padded).put(json);
        for (int i = json.length; i < padded; i++) {
            out.put((byte) ' ');
        }
        sorted.values().forEach(tensor -> tensor.writeTo(out));
        return out.array();
    }

    /**
     * Reads a file that this process wrote.
     *
     * @throws InvalidInputException naming the file and what is wrong with it
     */
    public static Map<String, Tensor> read(Path file) {
        try {
            return decode(Files.readAllBytes(file), file.toString());
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read", e);
        }
    }

    /** Holds where the numbers of a tensor stand in the data, in bytes. */
    private record Extent(String name, TensorType type, int[] shape, int start, int end) {
        StoredTensor of(ByteBuffer data) {
            ByteBuffer part = data.slice(start, end - start).order(ByteOrder.LITTLE_ENDIAN);
            if (type == TensorType.F32) {
                float[] values = new float[(end - start) / Float.BYTES];
                part.asFloatBuffer().get(values);
                return new Tensor(shape, values);
            }
            byte[] bytes = new byte[end - start];
            part.get(bytes);
            return new PackedTensor(type, shape, bytes);
        }
    }

    /**
     * Decodes tensors that are all float32. They take as much memory as {@code bytes} has, whatever
     * the header says: each number of the data belongs to one tensor.
     *
     * @param place where the bytes come from, for messages
     * @throws InvalidInputException naming the place and what is wrong there
     */
    public static Map<String, Tensor> decode(byte[] bytes, String place) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        decode(bytes, place, List.of(TensorType.F32))
                .forEach((name, tensor) -> tensors.put(name, (Tensor) tensor));
        return tensors;
    }

    /**
     * Decodes tensors of any {@link TensorType}, within the same bounds as {@link #decode(byte[],
     * String)}.
     *
     * @param place where the bytes come from, for messages
     * @throws InvalidInputException naming the place and what is wrong there
     */
    public static Map<String, StoredTensor> decodeStored(byte[] bytes, String place) {
        return decode(bytes, place, List.of(TensorType.values()));
    }

    private static Map<String, StoredTensor> decode(
            byte[] bytes, String place, List<TensorType> allowed) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long headerBytes = bytes.length < Long.BYTES ? -1 : in.getLong();
        if (headerBytes < 0 || headerBytes > MAX_HEADER_BYTES || headerBytes > in.remaining()) {
            throw new InvalidInputException(place + " is not a safetensors file");
        }
        byte[] json = new byte[(int) headerBytes];
        in.get(json);
        JsonNode header;
        try {
            header = JSON.readTree(json);
        } catch (IOException e) {
            throw new InvalidInputException(place + " has a header that is not JSON", e);
        }
        if (!header.isObject()) {
            throw new InvalidInputException(place + " has a header without tensors");
        }
        ByteBuffer data = in.slice().order(ByteOrder.LITTLE_ENDIAN);
        List<Extent> extents = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : header.properties()) {
            if (!field.getKey().equals("__metadata__")) {
                extents.add(extent(field.getKey(), field.getValue(), allowed, data, place));
            }
        }
        requireTiled(extents, data.capacity(), place);
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        extents.forEach(extent -> tensors.put(extent.name, extent.of(data)));
        return tensors;
    }

    /** Refuses tensors that overlap, and data that belongs to none of them. */
    private static void requireTiled(List<Extent> extents, int size, String place) {
        List<Extent> ascending = new ArrayList<>(extents);
        ascending.sort(Comparator.comparingInt(Extent::start).thenComparingInt(Extent::end));
        int at = 0;
        for (Extent extent : ascending) {
            if (extent.start != at) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "%s holds %s from byte %,d of its data on, the tensors before it"
                                        + " end at %,d",
                                place,
                                extent.name,
                                extent.start,
                                at));
            }
            at = extent.end;
        }
        if (at != size) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s has %,d bytes of data, its tensors take %,d",
                            place,
                            size,
                            at));
        }
    }

    private static Extent extent(
            String name, JsonNode node, List<TensorType> allowed, ByteBuffer data, String place) {
        TensorType type =
                allowed.stream()
                        .filter(known -> known.name().equals(node.path("dtype").asText()))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new InvalidInputException(
                                                String.format(
                                                        Locale.ROOT,
                                                        "%s holds %s as %s, only %s is read",
                                                        place,
                                                        name,
                                                        node.path("dtype").asText("nothing"),
                                                        names(allowed))));
        JsonNode extents = node.path("shape");
        int[] shape = new int[extents.size()];
        long size = extents.isArray() ? 1 : -1;
        for (int i = 0; i < shape.length && size >= 0; i++) {
            shape[i] = (int) integer(extents.get(i), Integer.MAX_VALUE);
            size = shape[i] < 0 ? -1 : size * shape[i];
            if (size > Integer.MAX_VALUE / type.bytes()) {
                size = -1;
            }
        }
        if (size < 0) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT, "%s holds %s with the shape %s", place, name, extents));
        }
        long start = integer(node.path("data_offsets").path(0), data.capacity());
        long end = integer(node.path("data_offsets").path(1), data.capacity());
        if (start < 0 || end < start || end - start != size * type.bytes()) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s holds %s of %s at %s of %d bytes",
                            place,
                            name,
                            extents,
                            node.path("data_offsets"),
                            data.capacity()));
        }
        return new Extent(name, type, shape, (int) start, (int) end);
    }

    private static String names(List<TensorType> types) {
        return types.stream().map(TensorType::name).collect(Collectors.joining(", "));
    }

    /** Returns a whole number from 0 to {@code limit}, or -1 if the node is not one. */
    private static long integer(JsonNode node, long limit) {
        return node.isIntegralNumber()
                        && node.canConvertToLong()
                        && node.longValue() >= 0
                        && node.longValue() <= limit
                ? node.longValue()
                : -1;
    }
}
