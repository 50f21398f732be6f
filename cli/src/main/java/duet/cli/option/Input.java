package duet.cli.option;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says that a text names files that the command reads, by path or by pattern. What is a {@link
 * java.nio.file.Path} names some anyway, unless it is an {@link Output}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Input {}
