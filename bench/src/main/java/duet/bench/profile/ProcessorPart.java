package duet.bench.profile;

import java.util.Locale;

/** Names what the processor time of a process can be spent on. */
public enum ProcessorPart {
    SOURCE("Kafka source and its network"),
    DECODING("decoding and checking windows"),
    SHUFFLE("shuffle between tasks"),
    HISTORY("keyed state: history, RocksDB"),
    GENERATOR("generator, ONNX Runtime"),
    ENCODING("delta: codec, checksum, Avro"),
    SINK("Kafka sink, producer and its network"),
    RUNTIME("Flink's runtime, the operator itself"),
    GARBAGE_COLLECTION("garbage collection"),
    COMPILER("JIT compiler"),
    BROKER("broker"),
    MEASUREMENT("the measurement itself"),
    OTHER("other");

    private final String description;

    ProcessorPart(String description) {
        this.description = description;
    }

    /** Returns what it is, for a table. */
    public String description() {
        return description;
    }

    /** Returns the name in JSON. */
    public String key() {
        String[] words = name().toLowerCase(Locale.ROOT).split("_");
        StringBuilder key = new StringBuilder(words[0]);
        for (int i = 1; i < words.length; i++) {
            key.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
        }
        return key.toString();
    }
}
