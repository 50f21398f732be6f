package duet.cli;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What the {@code duet} script has to bring to a command, or to a command that is given this
 * option.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.FIELD})
public @interface Launch {

    /** The engine that trains, with its native libraries. */
    String PYTORCH = "deploy/dist/pytorch-lib";

    /** The job as a jar to submit. */
    String JOB_JAR = "deploy/dist/job";

    /** The jars of a Flink process. */
    String FLINK_LIB = "deploy/dist/flink-lib";

    /** The jars of a Kafka broker. */
    String KAFKA_LIB = "deploy/dist/kafka-lib";

    /**
     * Modules that must be built; those that have a class path lend it to the command where they
     * are not jars.
     */
    String[] modules() default {};

    /**
     * Whether the modules are needed as jars, for other processes, and not on the class path of the
     * command.
     */
    boolean jars() default false;

    /** Options of the JVM. */
    String[] jvm() default {};
}
