package duet.cli.option;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says that a path is written to. {@link OutputCheck} keeps it apart from what is read. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Output {

    /** Says what is written. */
    Kind value();

    /** Names what is written in a directory. */
    String[] files() default {};

    /** What a command may write. */
    enum Kind {
        /** A file is replaced. */
        FILE,

        /** A page of Markdown is replaced, and files in the folder of the same name beside it. */
        PAGE,

        /** Files are replaced in a directory that may hold others. */
        DIRECTORY,

        /** A directory is replaced, whole. */
        BUNDLE
    }
}
