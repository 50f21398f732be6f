package duet.embedded.bench;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which part of a job a call stack or a thread belongs to. Pure. */
final class CallStacks {
    /** A call that is used by several parts says nothing; who made it does. */
    private static final List<String> OF_ALL_PARTS =
            List.of(
                    "org.apache.flink.core.memory.",
                    "org.apache.flink.core.io.",
                    "org.apache.flink.api.common.typeutils.",
                    "org.apache.flink.util.",
                    "duet.jobs.internal.ByteArrays",
                    "duet.jobs.internal.ImmutableSerializer",
                    "duet.jobs.history.VariableLength");

    private record Rule(Part part, List<String> prefixes) {
        boolean matches(String method) {
            return prefixes.stream().anyMatch(method::startsWith);
        }
    }

    /** The first that matches counts. */
    private static final List<Rule> RULES =
            List.of(
                    new Rule(
                            Part.SHUFFLE,
                            List.of(
                                    "duet.jobs.internal.DeviceWindowSerializer",
                                    "duet.jobs.internal.EncodedRecordSerializer.",
                                    "duet.jobs.internal.RawRecordSerializer",
                                    "org.apache.flink.runtime.io.network.",
                                    "org.apache.flink.runtime.plugable.",
                                    "org.apache.flink.streaming.runtime.io.RecordWriterOutput",
                                    "org.apache.flink.streaming.runtime.partitioner.",
                                    "org.apache.flink.shaded.netty4.")),
                    new Rule(
                            Part.HISTORY,
                            List.of(
                                    "org.rocksdb.",
                                    "org.apache.flink.state.rocksdb.",
                                    "org.apache.flink.contrib.streaming.state.",
                                    "org.apache.flink.runtime.state.",
                                    "duet.jobs.history.",
                                    "duet.jobs.internal.DeviceHistorySerializer")),
                    new Rule(
                            Part.GENERATOR,
                            List.of(
                                    "ai.djl.",
                                    "ai.onnxruntime.",
                                    "duet.model.",
                                    "duet.jobs.generation.BundleGenerator",
                                    "duet.jobs.generation.ServedModel",
                                    "duet.schemas.bundle.")),
                    new Rule(
                            Part.ENCODING,
                            List.of(
                                    "duet.schemas.delta.",
                                    "duet.schemas.signature.",
                                    "duet.jobs.generation.DeltaAssembly",
                                    "duet.schemas.serde.RecordEncoder")),
                    new Rule(
                            Part.DECODING,
                            List.of(
                                    "duet.jobs.internal.WindowDecoding",
                                    "duet.jobs.generation.DeviceWindow",
                                    "duet.schemas.serde.")),
                    new Rule(
                            Part.SINK,
                            List.of(
                                    "org.apache.kafka.clients.producer.",
                                    "org.apache.flink.connector.kafka.sink.",
                                    "duet.jobs.internal.EncodedRecordSerializationSchema")),
                    new Rule(
                            Part.SOURCE,
                            List.of(
                                    "org.apache.kafka.clients.consumer.",
                                    "org.apache.flink.connector.kafka.source.",
                                    "org.apache.flink.connector.base.source.",
                                    "duet.jobs.internal.RawRecordDeserializationSchema")),
                    new Rule(
                            Part.BROKER,
                            List.of(
                                    "kafka.",
                                    "org.apache.kafka.server.",
                                    "org.apache.kafka.storage.",
                                    "org.apache.kafka.network.",
                                    "org.apache.kafka.raft.",
                                    "org.apache.kafka.controller.",
                                    "org.apache.kafka.image.",
                                    "org.apache.kafka.metadata.",
                                    "org.apache.kafka.coordinator.")),
                    new Rule(
                            Part.MEASUREMENT,
                            List.of("duet.embedded.", "org.apache.kafka.clients.admin.")),
                    new Rule(
                            Part.RUNTIME,
                            List.of("org.apache.flink.", "org.apache.pekko.", "duet.jobs.")));

    /** Native methods in which a thread waits rather than works. */
    private static final Set<String> WAITING =
            Set.of(
                    "sun.nio.ch.EPoll.wait",
                    "sun.nio.ch.Net.poll",
                    "sun.nio.ch.Net.accept",
                    "org.apache.flink.shaded.netty4.io.netty.channel.epoll.Native.epollWait",
                    "org.apache.flink.shaded.netty4.io.netty.channel.epoll.Native.epollWait0",
                    "java.lang.Object.wait",
                    "jdk.internal.misc.Unsafe.park",
                    "java.lang.Thread.sleep");

    private CallStacks() {}

    /**
     * The part that a stack belongs to: that of the innermost call that belongs to one.
     *
     * @param methods methods with their classes, as in {@code java.lang.String.length}, innermost first
     */
    static Part part(List<String> methods) {
        for (String method : methods) {
            if (OF_ALL_PARTS.stream().noneMatch(method::startsWith)) {
                for (Rule rule : RULES) {
                    if (rule.matches(method)) {
                        return rule.part();
                    }
                }
            }
        }
        return Part.OTHER;
    }

    /** Whether a thread with that innermost method waits for something from outside. */
    static boolean waits(List<String> methods) {
        return !methods.isEmpty() && WAITING.contains(methods.get(0));
    }

    /** The part of a thread that runs no Java, by the first 15 characters of its name; nothing where that tells nothing. */
    static Optional<Part> ofThread(String name) {
        if (name.startsWith("GC Thread")
                || name.startsWith("ParGC Thread")
                || name.startsWith("G1 ")
                || name.startsWith("VM Thread")) {
            return Optional.of(Part.GARBAGE_COLLECTION);
        }
        if (name.startsWith("C1 Compiler")
                || name.startsWith("C2 Compiler")
                || name.startsWith("Sweeper")) {
            return Optional.of(Part.COMPILER);
        }
        if (name.startsWith("rocksdb")) {
            return Optional.of(Part.HISTORY);
        }
        if (name.startsWith("kafka-producer")) {
            return Optional.of(Part.SINK);
        }
        return Optional.empty();
    }
}
