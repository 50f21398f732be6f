package duet.bench.profile;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Tells which part of a job a call stack or a thread belongs to. Nothing is read or kept here. */
final class CallStacks {
    /** A call that is used by several parts says nothing; who made it does. */
    private static final List<String> OF_ALL_PARTS =
            List.of(
                    "org.apache.flink.core.memory.",
                    "org.apache.flink.core.io.",
                    "org.apache.flink.api.common.typeutils.",
                    "org.apache.flink.util.",
                    "duet.jobs.serialization.ByteArrays",
                    "duet.jobs.serialization.ImmutableSerializer",
                    "duet.jobs.history.VariableLength");

    private record Rule(ProcessorPart part, List<String> prefixes) {
        boolean matches(String method) {
            return prefixes.stream().anyMatch(method::startsWith);
        }
    }

    /** The first of these rules that matches counts. */
    private static final List<Rule> RULES =
            List.of(
                    new Rule(
                            ProcessorPart.SHUFFLE,
                            List.of(
                                    "duet.jobs.serialization.DeviceWindowSerializer",
                                    "duet.jobs.serialization.EncodedRecordSerializer.",
                                    "duet.jobs.serialization.RawRecordSerializer",
                                    "org.apache.flink.runtime.io.network.",
                                    "org.apache.flink.runtime.plugable.",
                                    "org.apache.flink.streaming.runtime.io.RecordWriterOutput",
                                    "org.apache.flink.streaming.runtime.partitioner.",
                                    "org.apache.flink.shaded.netty4.")),
                    new Rule(
                            ProcessorPart.HISTORY,
                            List.of(
                                    "org.rocksdb.",
                                    "org.apache.flink.state.rocksdb.",
                                    "org.apache.flink.contrib.streaming.state.",
                                    "org.apache.flink.runtime.state.",
                                    "duet.jobs.history.",
                                    "duet.jobs.internal.DeviceHistorySerializer",
                                    "duet.jobs.operator.DeviceHistories")),
                    new Rule(
                            ProcessorPart.GENERATOR,
                            List.of(
                                    "ai.djl.",
                                    "ai.onnxruntime.",
                                    "duet.model.",
                                    "duet.jobs.generation.BundleGenerator",
                                    "duet.jobs.generation.ServedModel",
                                    "duet.schemas.bundle.")),
                    new Rule(
                            ProcessorPart.ENCODING,
                            List.of(
                                    "duet.schemas.delta.",
                                    "duet.schemas.signature.",
                                    "duet.jobs.generation.DeltaAssembly",
                                    "duet.schemas.serde.RecordEncoder")),
                    new Rule(
                            ProcessorPart.DECODING,
                            List.of(
                                    "duet.jobs.operator.WindowDecoding",
                                    "duet.jobs.generation.DeviceWindow",
                                    "duet.schemas.serde.")),
                    new Rule(
                            ProcessorPart.SINK,
                            List.of(
                                    "org.apache.kafka.clients.producer.",
                                    "org.apache.flink.connector.kafka.sink.",
                                    "duet.jobs.io.EncodedRecordSerializationSchema")),
                    new Rule(
                            ProcessorPart.SOURCE,
                            List.of(
                                    "org.apache.kafka.clients.consumer.",
                                    "org.apache.flink.connector.kafka.source.",
                                    "org.apache.flink.connector.base.source.",
                                    "duet.jobs.io.RawRecordDeserializationSchema")),
                    new Rule(
                            ProcessorPart.BROKER,
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
                            ProcessorPart.RUNTIME,
                            List.of("duet.bench.measurement.PassThroughJob")),
                    new Rule(
                            ProcessorPart.MEASUREMENT,
                            List.of(
                                    "duet.bench.",
                                    "duet.embedded.",
                                    "org.apache.kafka.clients.admin.")),
                    new Rule(
                            ProcessorPart.RUNTIME,
                            List.of("org.apache.flink.", "org.apache.pekko.", "duet.jobs.")));

    /** A thread in one of these native methods waits rather than works. */
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

    /** Returns what the rules name of Duet's own classes and packages; packages end with a dot. */
    static List<String> ownNames() {
        return Stream.concat(
                        OF_ALL_PARTS.stream(),
                        RULES.stream().flatMap(rule -> rule.prefixes().stream()))
                .filter(name -> name.startsWith("duet."))
                .toList();
    }

    /**
     * Returns the part that a stack belongs to: that of the innermost call that belongs to one.
     *
     * @param methods methods with their classes, as in {@code java.lang.String.length}, innermost
     *     first
     */
    static ProcessorPart part(List<String> methods) {
        for (String method : methods) {
            if (OF_ALL_PARTS.stream().noneMatch(method::startsWith)) {
                for (Rule rule : RULES) {
                    if (rule.matches(method)) {
                        return rule.part();
                    }
                }
            }
        }
        return ProcessorPart.OTHER;
    }

    /** Returns whether a thread with that innermost method waits for something from outside. */
    static boolean waits(List<String> methods) {
        return !methods.isEmpty() && WAITING.contains(methods.get(0));
    }

    /**
     * Returns the part of a thread that runs no Java, by the first 15 characters of its name;
     * nothing where that tells nothing.
     */
    static Optional<ProcessorPart> ofThread(String name) {
        if (name.startsWith("GC Thread")
                || name.startsWith("ParGC Thread")
                || name.startsWith("G1 ")
                || name.startsWith("VM Thread")) {
            return Optional.of(ProcessorPart.GARBAGE_COLLECTION);
        }
        if (name.startsWith("C1 Compiler")
                || name.startsWith("C2 Compiler")
                || name.startsWith("Sweeper")) {
            return Optional.of(ProcessorPart.COMPILER);
        }
        if (name.startsWith("rocksdb")) {
            return Optional.of(ProcessorPart.HISTORY);
        }
        if (name.startsWith("kafka-producer")) {
            return Optional.of(ProcessorPart.SINK);
        }
        return Optional.empty();
    }
}
