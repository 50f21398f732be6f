package duet.model.serving;

import duet.schemas.bundle.ModelBundle;
import java.nio.file.Path;
import java.util.List;

/** Loads a generator in a JVM whose context class loader sees nothing of the class path. */
final class ForeignContextClassLoader {
    private ForeignContextClassLoader() {}

    public static void main(String[] arguments) {
        Thread.currentThread().setContextClassLoader(ClassLoader.getPlatformClassLoader());
        ModelBundle bundle = ModelBundle.open(Path.of(arguments[0]));
        try (ServedGenerator generator = ServedGenerator.load(bundle)) {
            System.out.println("generated " + generator.generate(List.of(new long[] {10})).size());
        }
    }
}
