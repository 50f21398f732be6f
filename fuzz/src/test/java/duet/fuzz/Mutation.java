package duet.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Changes an input: its bits, its bytes, and where it is a text, its words and lines. */
final class Mutation {
    /** What a number, a word or a quoted text is replaced with. */
    private static final String[] WORDS = {
        "null",
        "0",
        "-1",
        "1",
        "2147483647",
        "2147483648",
        "-9223372036854775808",
        "9223372036854775807",
        "9223372036854775808",
        "1e18",
        "1e-300",
        "1e999",
        "1e99999999",
        "NaN",
        "\"NaN\"",
        "Infinity",
        "0.5",
        "true",
        "\"\"",
        "''",
        "[]",
        "{}",
        "[[]]",
        "\"\\u0000\"",
        "~",
        "&a",
        "*a",
        "!!java.lang.Object",
        "../..",
        "\u00e4\u4e2d",
        ""
    };

    private static final Pattern WORD = Pattern.compile("\"[^\"]*\"|-?[0-9][0-9.eE+-]*|[A-Za-z]+");

    private static final long[] LENGTHS = {
        0, -1, 1, Byte.MAX_VALUE, Short.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE, 1L << 31
    };

    private static final int MOST_CHANGES = 4;

    /**
     * One change of so many repeats a part of the input, to find what takes more than it should.
     */
    private static final int REPEATS_ONE_IN = 50;

    private static final int MOST_REPEATED_BYTES = 32 << 10;

    private Mutation() {}

    /** Returns one of the inputs with up to four changes. */
    static byte[] of(List<byte[]> inputs, Random random) {
        byte[] input = any(inputs, random).clone();
        for (int changes = 1 + random.nextInt(MOST_CHANGES); changes > 0; changes--) {
            input = changed(input, inputs, random);
        }
        return input;
    }

    private static byte[] changed(byte[] input, List<byte[]> inputs, Random random) {
        if (input.length == 0) {
            return any(inputs, random);
        }
        if (random.nextInt(REPEATS_ONE_IN) == 0) {
            return repeated(input, random);
        }
        boolean text = isText(input);
        if (text && random.nextInt(4) > 0) {
            return ofText(new String(input, StandardCharsets.UTF_8), random)
                    .getBytes(StandardCharsets.UTF_8);
        }
        int at = random.nextInt(input.length);
        switch (random.nextInt(8)) {
            case 0 -> input[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            case 1 -> input[at] = (byte) random.nextInt();
            case 2 -> input[at] += (byte) (random.nextBoolean() ? 1 : -1);
            case 3 -> {
                return Arrays.copyOf(input, at);
            }
            case 4 -> {
                byte[] number = number(random);
                System.arraycopy(number, 0, input, at, Math.min(number.length, input.length - at));
            }
            case 5 -> {
                int end = Math.min(input.length, at + 1 + random.nextInt(16));
                return joined(Arrays.copyOf(input, at), tail(input, end));
            }
            case 6 -> {
                int end = Math.min(input.length, at + 1 + random.nextInt(64));
                return joined(Arrays.copyOf(input, end), tail(input, at));
            }
            default -> {
                byte[] other = any(inputs, random);
                int from = other.length == 0 ? 0 : random.nextInt(other.length);
                return joined(Arrays.copyOf(input, at), tail(other, from));
            }
        }
        return input;
    }

    private static byte[] repeated(byte[] input, Random random) {
        int from = random.nextInt(input.length);
        int part = 1 + random.nextInt(Math.min(input.length - from, 32));
        byte[] head = Arrays.copyOf(input, from + MOST_REPEATED_BYTES);
        for (int at = from; at < head.length; at++) {
            head[at] = input[from + (at - from) % part];
        }
        return joined(head, tail(input, from));
    }

    /** Returns a number as formats write them: little and big endian, and of variable length. */
    private static byte[] number(Random random) {
        long number = LENGTHS[random.nextInt(LENGTHS.length)];
        return switch (random.nextInt(4)) {
            case 0 ->
                    ByteBuffer.allocate(Long.BYTES)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(number)
                            .array();
            case 1 -> ByteBuffer.allocate(Long.BYTES).putLong(number).array();
            case 2 -> ByteBuffer.allocate(Integer.BYTES).putInt((int) number).array();
            default -> {
                byte[] groups = new byte[1 + random.nextInt(10)];
                Arrays.fill(groups, (byte) -1);
                groups[groups.length - 1] = (byte) random.nextInt(128);
                yield groups;
            }
        };
    }

    private static String ofText(String text, Random random) {
        if (random.nextInt(4) == 0) {
            return ofLines(text, random);
        }
        List<MatchResult> words = WORD.matcher(text).results().toList();
        if (words.isEmpty()) {
            return text + WORDS[random.nextInt(WORDS.length)];
        }
        MatchResult word = any(words, random);
        String other =
                random.nextInt(3) == 0
                        ? any(words, random).group()
                        : WORDS[random.nextInt(WORDS.length)];
        return text.substring(0, word.start()) + other + text.substring(word.end());
    }

    private static String ofLines(String text, Random random) {
        String[] lines = text.split("(?<=\n)");
        int from = random.nextInt(lines.length);
        int to = random.nextInt(lines.length);
        StringBuilder changed = new StringBuilder();
        int kind = random.nextInt(3);
        for (int i = 0; i < lines.length; i++) {
            if (i == to && kind < 2) {
                changed.append(lines[from]);
            }
            if (i != to || kind == 0) {
                changed.append(lines[i]);
            }
        }
        return changed.toString();
    }

    private static boolean isText(byte[] input) {
        for (byte b : input) {
            if (b >= 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t') {
                return false;
            }
        }
        return true;
    }

    private static <T> T any(List<T> all, Random random) {
        return all.get(random.nextInt(all.size()));
    }

    private static byte[] tail(byte[] bytes, int from) {
        return Arrays.copyOfRange(bytes, from, bytes.length);
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] all = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, all, one.length, other.length);
        return all;
    }
}
