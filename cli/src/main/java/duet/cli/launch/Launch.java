package duet.cli.launch;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says what the {@code duet} script has to bring to a command, or to a command that is given this
 * option.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.FIELD})
public @interface Launch {

    /** This module has the engine that trains, with its native libraries. */
    String PYTORCH = "deploy/dist/pytorch-lib";

    /** This module has what reads logs, with its native libraries. */
    String DUCKDB = "deploy/dist/duckdb-lib";

    /** This module has the job as a jar to submit. */
    String JOB_JAR = "deploy/dist/job";

    /** This module has the jars of a Flink process. */
    String FLINK_LIB = "deploy/dist/flink-lib";

    /** This module has the jars of a Kafka broker. */
    String KAFKA_LIB = "deploy/dist/kafka-lib";

    /**
     * Names modules that must be built; those that have a class path lend it to the command where
     * they are not jars.
     */
    String[] modules() default {};

    /**
     * Says whether the modules are needed as jars, for other processes, and not on the class path
     * of the command.
     */
    boolean jars() default false;

    /** Names options of the JVM. */
    String[] jvm() default {};
}
